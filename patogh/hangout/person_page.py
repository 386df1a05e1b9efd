"""What the hangout says on the page of a person: what they wrote, what they care about, and whom they talk with."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db.models import F
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from patogh.hangout.models import Post, Space, Topic
from patogh.hangout.queries import stamps
from patogh.hangout.queries.things import said
from patogh.kit import calendar
from patogh.kit.calendar import Viewer
from patogh.kit.hooks import hookimpl, plug
from patogh.kit.numbers import number
from patogh.ledger.models import Submission
from patogh.people.models import Identity, Member
from patogh.people.queries import may
from patogh.persons.hookspecs import Card, Fact, Group, Told

POSTS_WEIGHED: Final = 300  # the newest posts from which it is told what somebody cares about
SHOWN: Final = 5
EXCERPT_CHARS: Final = 200
OPENED: Final = "hangout.topic_opened"
REPLIED: Final = "hangout.reply_posted"


@dataclass(frozen=True)
class _Sight:
    """What the viewer may see: their spaces, and whether hidden posts too."""

    spaces: tuple[int, ...]
    moderates: bool


@hookimpl
def road_groups() -> list[Group]:
    """Give what is written and the words for others' posts lanes of their own."""
    wrote = ("hangout.topic_*", "hangout.reply_posted", "hangout.post_*", "hangout.answer_*", "hangout.acceptance_*")
    rest = (
        "hangout.vote_*",
        "hangout.poll_*",
        "hangout.ballot_*",
        "hangout.promise_*",
        "hangout.space_*",
        "hangout.picture_*",
        "hangout.tag_*",
    )
    return [
        Group("posts", "نوشته‌ها", "Posts", "message-circle", (*wrote, *rest)),
        Group("words", "واژه‌ها", "Words", "heart", ("hangout.reaction_*",)),
    ]


@hookimpl
def activities_told(activities: list[Any], viewer: Member) -> dict[UUID, Told]:
    """Tell what was opened and written, as far as the viewer may see it; four queries at most."""
    topics = {one.pk: int(one.subject_id) for one in activities if one.verb == OPENED}
    posts = {one.pk: int(one.subject_id) for one in activities if one.verb == REPLIED}
    if not topics and not posts:
        return {}
    sight = _Sight(stamps.sight(viewer.pk).spaces, may(viewer, "moderate"))
    return {**_topics_told(topics, sight), **_posts_told(posts, sight, viewer.viewer)}


def _topics_told(wanted: dict[UUID, int], sight: _Sight) -> dict[UUID, Told]:
    rows = (
        Topic.objects.filter(pk__in=set(wanted.values()), space_id__in=sight.spaces) if wanted else Topic.objects.none()
    )
    found = {one.pk: one for one in rows}
    return {key: _topic_told(found.get(pk), sight) for key, pk in wanted.items()}


def _topic_told(topic: Topic | None, sight: _Sight) -> Told:
    """Return how an opened conversation is told; one out of sight only that it is."""
    if topic is None or (topic.hidden_at and not sight.moderates):
        return Told("", _("where you may not look"))
    if topic.trashed_at:
        return Told(topic.title if sight.moderates else "", _("taken away since"))
    tag, tint = _state_of(topic)
    return Told(topic.title, topic.excerpt or _("opened a conversation"), f"/t/{topic.pk}", tag, tint)


def _state_of(topic: Topic) -> tuple[str, str]:
    """Return the tag of a conversation and its tint: solved, still open, or nothing."""
    if topic.accepted_post_id:
        return _("solved"), "pes"
    if topic.kind == "question":
        return _("still open"), "saf"
    return "", ""


def _posts_told(wanted: dict[UUID, int], sight: _Sight, viewer: Viewer) -> dict[UUID, Told]:
    """Tell replies, those that were accepted with the line of the open book where it stands."""
    if not wanted:
        return {}
    ids = set(wanted.values())
    rows = Post.objects.filter(pk__in=ids, topic__space_id__in=sight.spaces).select_related("topic")
    found = {one.pk: one for one in rows.defer("text")}
    solved = [str(pk) for pk, post in found.items() if post.topic.accepted_post_id == pk]
    lines = _lines(solved) if solved else {}
    return {key: _post_told(found.get(pk), sight, lines, viewer) for key, pk in wanted.items()}


def _post_told(post: Post | None, sight: _Sight, lines: dict[str, int], viewer: Viewer) -> Told:
    """Return how a reply is told: its conversation, its beginning, whether it untied the knot."""
    if post is None or (post.hidden_at and not sight.moderates):
        return Told("", _("where you may not look"))
    if (post.trashed_at or post.topic.trashed_at) and not sight.moderates:
        return Told("", _("taken away since"))
    is_solving, line = post.topic.accepted_post_id == post.pk, lines.get(str(post.pk))
    tag = _("taken away") if post.trashed_at or post.topic.trashed_at else _("hidden") if post.hidden_at else ""
    return Told(
        post.topic.title, said(post.html, EXCERPT_CHARS), f"/t/{post.topic_id}/p/{post.number}",
        tag or (_("untied the knot") if is_solving else ""), "anar" if tag else "laj" if is_solving else "",
        pin="laj" if line is not None else "", note=_("line %(n)s") % {"n": number(line, viewer)} if line is not None else "",
    )  # fmt: skip


def _lines(posts: list[str]) -> dict[str, int]:
    """Return at which line of the open book posts stand; one query."""
    rows = Submission.objects.filter(subject_kind="hangout.post", subject_id__in=posts, leaf__isnull=False)
    return {post: leaf for post, leaf in rows.order_by("-leaf").values_list("subject_id", "leaf") if leaf is not None}


@hookimpl
def person_cards(person: Any, identities: list[Identity], viewer: Member) -> list[Card]:  # noqa: ARG001 - the hook's words
    """Say what they care about: where and about what they wrote most lately, and how much of it helped; three queries."""
    members = [one.member.pk for one in identities if one.kind == "member" and hasattr(one, "member")]
    if not members:
        return []
    spaces = stamps.sight(viewer.pk).spaces
    rows = list(
        Post.objects.filter(author__in=members, trashed_at=None, topic__trashed_at=None, topic__space_id__in=spaces)
        .order_by("-created_at", "-pk")
        .values_list("pk", "created_at", "topic__space_id", "topic__tag_names", "topic__accepted_post_id")[
            :POSTS_WEIGHED
        ]
    )
    if not rows:
        return []
    return [_card(rows, viewer.viewer)]


def _card(rows: list[tuple[Any, ...]], viewer: Viewer) -> Card:
    """Return the card of what somebody cares about, from their newest posts."""
    places = Counter(row[2] for row in rows)
    tags = Counter(tag for row in rows for tag in row[3] or ())
    solved = sum(1 for row in rows if row[4] == row[0])
    best = places.most_common(SHOWN)
    named = Space.objects.in_bulk([pk for pk, _count in best])
    facts = [
        Fact(named[pk].name_in(viewer.language), _posts(count, viewer), f"/s/{named[pk].slug}")
        for pk, count in best
        if pk in named
    ]
    facts += [Fact(f"#{tag}", _posts(count, viewer), f"/tags/{tag}") for tag, count in tags.most_common(SHOWN)]
    if solved:
        words = ngettext("%(n)s question", "%(n)s questions", solved) % {"n": number(solved, viewer)}
        facts.append(Fact(_("Knots untied"), words))
    day = calendar.date_words(calendar.local_day(rows[-1][1], viewer), viewer, year=True)
    words = ngettext(
        "from their newest %(n)s post, since %(day)s", "from their newest %(n)s posts, since %(day)s", len(rows)
    )
    below = format_html('<p class="micro faint mt-2">{}</p>', words % {"n": number(len(rows), viewer), "day": day})
    return Card("care", _("What they care about"), "start", facts, below, rank=20)


def _posts(count: int, viewer: Viewer) -> str:
    return ngettext("%(n)s post", "%(n)s posts", count) % {"n": number(count, viewer)}


@hookimpl
def person_circle(identities: list[int], limit: int) -> list[tuple[int, int, str]]:
    """Say whom they answer and who answers them, from the newest posts of both sides; three queries."""
    members = list(Member.objects.filter(identity__in=identities).values_list("pk", flat=True))
    if not members:
        return []
    mine = Post.objects.filter(author__in=members, trashed_at=None).order_by("-created_at", "-pk")
    rows = list(
        mine.values_list("pk", "number", "parent__author__identity_id", "topic__author__identity_id")[:POSTS_WEIGHED]
    )
    answered = Counter(parent or opener for _pk, number, parent, opener in rows if number > 1)
    back = Post.objects.filter(parent__in=[row[0] for row in rows], trashed_at=None)
    answering = Counter(back.values_list(F("author__identity_id"), flat=True)[: POSTS_WEIGHED * 2])
    both = [(key, count, _("they answer")) for key, count in answered.most_common(limit)]
    both += [(key, count, _("answers them")) for key, count in answering.most_common(limit)]
    return [row for row in both if row[0] not in identities]


plug(sys.modules[__name__])
