"""What follows after commit: notices to whoever should hear, cards of links, pictures that nobody showed."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from patogh.activity import after, task
from patogh.activity.models import Activity
from patogh.hangout import actions, book
from patogh.hangout.actions import previews
from patogh.hangout.ballots import tasks as ballot_tasks  # noqa: F401 - puts the clock of polls into the queue
from patogh.hangout.models import LinkPreview, Picture, Post, Topic
from patogh.hangout.queries import audience
from patogh.kit import egress
from patogh.kit.errors import PatoghError
from patogh.ledger.models import Transfer
from patogh.people.actions import give_notice
from patogh.people.actions.notices import NoticeWords
from patogh.people.models import Member

HEARERS_A_JOB = 200
PREVIEW_BYTES_MAX = 256 * 1024
PREVIEW_TIMEOUT_S = 6

after("hangout.topic_opened", "hangout.tell_of_topic")
after("hangout.reply_posted", "hangout.tell_of_reply")
after("hangout.topic_edited", "hangout.tell_of_edit")
after("hangout.post_edited", "hangout.tell_of_edit")
after("hangout.answer_accepted", "hangout.tell_of_acceptance")
after("hangout.reaction_given", "hangout.tell_of_reaction")


@task("hangout.tell_of_topic")
def tell_of_topic(activity: str) -> None:
    """Tell those whom a new topic names, and those who follow its space, its tags or its author."""
    what = Activity.objects.get(pk=activity)
    topic = _topic(what.subject_id)
    if topic is None:
        return
    named = audience.mentioned(what.data.get("mentions", []))
    _tell(what, topic, None, {"hangout.mentioned": named, "hangout.opened": audience.hearers_of_topic(topic)})


@task("hangout.tell_of_reply")
def tell_of_reply(activity: str) -> None:
    """Tell whom a reply names, whom it answers, and who follows the topic; each hears of it once."""
    what = Activity.objects.get(pk=activity)
    post = _post(what.subject_id)
    if post is None:
        return
    named = audience.mentioned(what.data.get("mentions", []))
    hearers = {"hangout.mentioned": named, "hangout.replied_to_you": {audience.answered_by(post)}}
    _tell(what, post.topic, post, {**hearers, "hangout.replied": audience.hearers_of_reply(post.topic)})
    _tell_of_points(post, book.welcome(post))


@task("hangout.tell_of_edit")
def tell_of_edit(activity: str) -> None:
    """Tell whom an edited text names; those whom it named before have heard of it already (once per text and person)."""
    what = Activity.objects.get(pk=activity)
    named = audience.mentioned(what.data.get("mentions", []))
    post = _post(what.subject_id) if what.subject_kind == "hangout.post" else None
    topic = post.topic if post else _topic(what.subject_id) if what.subject_kind == "hangout.topic" else None
    if topic is not None and named:
        _tell(
            what,
            topic,
            post,
            {"hangout.mentioned": named - audience.told_of(post or topic, "hangout.mentioned", named)},
        )


@task("hangout.tell_of_acceptance")
def tell_of_acceptance(activity: str) -> None:
    """Tell the author of an answer that it solved the question."""
    what = Activity.objects.get(pk=activity)
    post = _post(what.subject_id)
    if post is not None:
        _tell(what, post.topic, post, {"hangout.accepted": {post.author_id}})
        _tell_of_points(post, book.earned(post, book.ANSWER))


@task("hangout.tell_of_reaction")
def tell_of_reaction(activity: str) -> None:
    """Tell the author of a post that somebody had a word for it."""
    what = Activity.objects.get(pk=activity)
    post = _post(what.subject_id)
    if post is not None:
        _tell(what, post.topic, post, {"hangout.reacted": {post.author_id}})


@task("hangout.fetch_preview")
def fetch_preview(preview: int) -> None:
    """Read the head of an outside page, once, and keep its title and description."""
    row = LinkPreview.objects.filter(pk=preview, state="waiting").first()
    if row is None:
        return
    try:
        got = egress.fetch(row.url, limit_bytes=PREVIEW_BYTES_MAX, timeout_s=PREVIEW_TIMEOUT_S, accept="text/html")
        card = previews.card_of(got.body, got.headers.get("content-type", ""), got.url) if got.status == 200 else None
    except PatoghError:
        card = None
    previews.keep_card(row.pk, card)


@task("hangout.drop_unused_picture")
def drop_unused_picture(picture: int) -> None:
    """Throw away a picture that was sent and never shown."""
    row = Picture.objects.select_related("owner").filter(pk=picture, post=None).first()
    if row is not None:
        actions.drop_picture(row, by=row.owner)


@task("hangout.give_notices")
def give_notices(activity: str, kind: str, subject: str, members: list[int]) -> None:
    """Give one notice to some members; `subject` is "topic:7" or "post:12"."""
    what = Activity.objects.get(pk=activity)
    name, _, pk = subject.partition(":")
    post = _post(pk) if name == "post" else None
    topic = post.topic if post else _topic(pk)
    if topic is not None:
        _give(what, topic, post, kind, list(audience.listening(members, topic)))


def _tell(what: Activity, topic: Topic, post: Post | None, hearers: dict[str, set[int]]) -> None:
    """Give each hearer the first of the notices that are meant for her; many of them wait for jobs of their own."""
    told: set[int] = set()
    for kind, ids in hearers.items():
        people = list(audience.listening(ids - told, topic))
        told |= ids
        _give(what, topic, post, kind, people[:HEARERS_A_JOB])
        for some in _chunks([member.pk for member in people[HEARERS_A_JOB:]]):
            subject = f"post:{post.pk}" if post else f"topic:{topic.pk}"
            actions.spread_notices({"activity": str(what.pk), "kind": kind, "subject": subject, "members": some})


def _give(what: Activity, topic: Topic, post: Post | None, kind: str, people: list[Member]) -> None:
    """Give one notice to these people; replies to a topic gather under the topic, words under the post."""
    actor = Member.objects.filter(identity_id=what.identity_id).first() if what.identity_id else None
    subject = post if post and kind in {"hangout.reacted", "hangout.accepted", "hangout.mentioned"} else topic
    url = f"/t/{topic.pk}/p/{post.number}" if post else f"/t/{topic.pk}"
    words: NoticeWords = {"url": url, "title": topic.title, "thread": f"hangout.topic:{topic.pk}"}
    for member in people:
        give_notice(member, kind, subject, actor=actor, activity_id=UUID(str(what.pk)), **words)


def _tell_of_points(post: Post, given: Transfer | None) -> None:
    """Tell the author of a reply what it earned."""
    if given is not None:
        words: NoticeWords = {"url": "/me/book", "title": book.words_of(given, post.author)}
        give_notice(post.author, book.NOTICE, given, actor=None, activity_id=given.pk, **words)


def _topic(pk: str) -> Topic | None:
    return Topic.objects.select_related("space").filter(pk=pk, trashed_at=None).first()


def _post(pk: str) -> Post | None:
    rows = Post.objects.select_related("topic", "topic__space", "parent")
    return rows.filter(pk=pk, trashed_at=None, topic__trashed_at=None).first()


def _chunks(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), HEARERS_A_JOB):
        yield ids[start : start + HEARERS_A_JOB]
