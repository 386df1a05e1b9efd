"""What the hangout tells the channels: the words behind a notice, why not to send one, and the matter of digests."""

from __future__ import annotations

import datetime as dt
import sys
import threading
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from patogh.activity.models import Activity
from patogh.channels.hookspecs import Line, Piece, Section
from patogh.hangout.digest import choosing, pool, readers
from patogh.hangout.models import Post, ReadMarker, Topic
from patogh.hangout.queries import stamps
from patogh.hangout.queries.access import posts_visible_to, topics_visible_to
from patogh.hangout.queries.lists import topic_path
from patogh.kit.hooks import hookimpl, plug
from patogh.kit.markup import render
from patogh.kit.markup.reading import excerpt
from patogh.people.models import Member, Notice
from patogh.trust.models import Block
from patogh.trust.queries import blocked_by, blockers_of

POOL_KEPT_S: Final = 600
WORDS_CHARS_MAX: Final = 160
_kept: dict[dt.datetime, tuple[dt.datetime, pool.Matter]] = {}
_keeping = threading.Lock()


@hookimpl
def notice_pieces(member: Member, activity_ids: list[Any]) -> list[Piece]:
    """Return the posts of these activities that the member may see, as they were written."""
    done = Activity.objects.filter(pk__in=activity_ids, verb__in=("hangout.reply_posted", "hangout.topic_opened"))
    subjects = list(done.values_list("subject_kind", "subject_id"))
    posts = {int(key) for kind, key in subjects if kind == "hangout.post"}
    topics = {int(key) for kind, key in subjects if kind == "hangout.topic"}
    seen = posts_visible_to(member).filter(
        trashed_at=None, hidden_at=None, topic__trashed_at=None, topic__hidden_at=None
    )
    seen = seen.exclude(author_id__in=_unheard(member))
    found = [*seen.filter(pk__in=posts), *seen.filter(topic_id__in=topics, number=1)]
    return [
        Piece(
            author=post.author.name,
            text=_plain(post.text),
            url=f"/t/{post.topic_id}/p/{post.number}",
            at=post.created_at,
            reply_to=("hangout.post", post.pk) if post.number > 1 else ("hangout.topic", post.topic_id),
        )
        for post in sorted(found, key=lambda post: post.pk)
    ]


@hookimpl
def delivery_hindrance(notice: Notice, member: Member) -> str | None:
    """Return why a notice about a topic or post must not leave: gone, out of sight, muted, or of somebody blocked."""
    if notice.subject_kind not in {"hangout.topic", "hangout.post"}:
        return None
    topic = _topic_of(notice)
    if topic is None or topic.trashed_at is not None or topic.hidden_at is not None:
        return "gone"
    if not topics_visible_to(member).filter(pk=topic.pk).exists():
        return "out_of_sight"
    muted = stamps.muted_by(member.pk)
    if topic.pk in muted.topics or topic.space_id in muted.spaces:
        return "muted"
    pair = (member.pk, notice.actor_id)
    return "blocked" if notice.actor_id and Block.objects.filter(member__in=pair, blocked__in=pair).exists() else None


@hookimpl
def digest_matter(since: dict[int, dt.datetime]) -> dict[int, dict[str, Any]]:
    """Choose topics, posts and questions for a batch of members."""
    now = timezone.now()
    first = min(since.values()).replace(minute=0, second=0, microsecond=0)
    matter = _matter(first, now)
    known = readers.known(list(since), first, now)
    chosen = {
        member_id: choosing.choose(member_id, known.get(member_id) or readers.Known(), moment, matter)
        for member_id, moment in since.items()
    }
    return {member_id: {"hangout": found} for member_id, found in chosen.items() if found}


@hookimpl
def digest_sections(member: Member, matter: dict[str, Any]) -> list[Section]:
    """Return what was chosen as sections, without what has gone out of sight or was read since."""
    chosen = matter.get("hangout", {})
    topics, posts, questions = (dict(chosen.get(name, [])) for name in ("topics", "posts", "questions"))
    shown = (
        topics_visible_to(member)
        .filter(trashed_at=None, hidden_at=None, merged_into=None)
        .in_bulk([*topics, *questions])
    )
    unheard = _unheard(member)
    shown = {pk: topic for pk, topic in shown.items() if topic.author_id not in unheard}
    seen = posts_visible_to(member).filter(pk__in=list(posts), trashed_at=None, hidden_at=None)
    written = {post.pk: post for post in seen if post.author_id not in unheard}
    read = _read(member, {post.topic_id for post in written.values()} | set(topics))
    return [
        Section("topics", _("New where you are"), [_line(shown[pk], why, member) for pk, why in topics.items() if pk in shown and pk not in read]),
        Section("posts", _("What others found good"), [
            _post_line(written[pk], why, member) for pk, why in posts.items()
            if pk in written and read.get(written[pk].topic_id, 0) < written[pk].number
        ]),
        Section("questions", _("Questions you could answer"), [
            _line(shown[pk], why, member) for pk, why in questions.items() if pk in shown and not shown[pk].replies_count
        ]),
    ]  # fmt: skip


def forget_pool() -> None:
    """Read the pools anew with the next batch."""
    with _keeping:
        _kept.clear()


def _matter(since: dt.datetime, now: dt.datetime) -> pool.Matter:
    """Return the pools since then, kept for some minutes: a round of many batches reads them once."""
    with _keeping:
        at, matter = _kept.get(since, (None, None))
        if matter is None or at is None or not dt.timedelta(0) <= now - at < dt.timedelta(seconds=POOL_KEPT_S):
            matter = pool.gathered(since)
            _kept.clear()
            _kept[since] = (now, matter)
        return matter


def _topic_of(notice: Notice) -> Topic | None:
    if notice.subject_kind == "hangout.topic":
        return Topic.objects.filter(pk=notice.subject_id).first()
    post = Post.objects.select_related("topic").filter(pk=notice.subject_id, trashed_at=None, hidden_at=None).first()
    return post.topic if post else None


def _unheard(member: Member) -> set[int]:
    """Return whom a member muted, blocks or is blocked by: perhaps only since something was chosen or waits."""
    return {*stamps.muted_by(member.pk).members, *blocked_by(member.pk), *blockers_of(member.pk)}


def _read(member: Member, topics: set[int]) -> dict[int, int]:
    markers = ReadMarker.objects.filter(member=member, topic_id__in=topics)
    return dict(markers.values_list("topic_id", "last_number"))


def _line(topic: Topic, why: str, member: Member) -> Line:
    return Line(
        title=topic.title, url=topic_path(topic.pk, topic.title), words=excerpt(topic.excerpt, WORDS_CHARS_MAX),
        author=topic.author.name, place=topic.space.name_in(member.language), why=_why(why),
    )  # fmt: skip


def _post_line(post: Post, why: str, member: Member) -> Line:
    return Line(
        title=post.topic.title, url=f"/t/{post.topic_id}/p/{post.number}", words=excerpt(render(post.text).excerpt, WORDS_CHARS_MAX),
        author=post.author.name, place=post.topic.space.name_in(member.language), why=_why(why),
    )  # fmt: skip


def _plain(markdown: str) -> str:
    """Return what a text says, without its marks; each of its blocks is a paragraph."""
    return render(markdown).text.replace("\n", "\n\n")


def _why(why: str) -> str:
    return {
        choosing.CIRCLE: _("your circle found it good"),
        choosing.FOLLOWED: _("you follow it"),
        choosing.ANSWER: _("you know about this"),
    }.get(why, "")


plug(sys.modules[__name__])
