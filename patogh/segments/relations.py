"""The relation of segments among each other: following somebody of a segment. A segment never asks for itself, over no detour."""

from __future__ import annotations

import sys
from typing import Final

from django.db import connection
from django.db.models import F, Q
from django.utils.translation import gettext as _

from patogh.kit.hooks import hookimpl, plug
from patogh.kit.memory import Remembered
from patogh.segments import asked, limits
from patogh.segments.errors import BadRule
from patogh.segments.models import Segment, SegmentVersion
from patogh.segments.rules.reading import known
from patogh.segments.vocabulary import FOLLOWING, Relation

MOVED: Final = "segments.moved"  # no verb of the road: whom they follow came into or went out of a segment
PARTED: Final = "people.member_unfollowed"
# In this order on both databases: SQLite keeps that of CROSS JOIN, and nobody reads a segment from end to end.
FOLLOWERS: Final = (
    "SELECT follower.identity_id FROM people_member follower WHERE follower.identity_id IN ({marks}) AND EXISTS ("
    "SELECT 1 FROM people_memberfollow tie CROSS JOIN people_member followed CROSS JOIN people_identity who "
    "CROSS JOIN segments_membership stay WHERE tie.follower_id = follower.id AND tie.level = 'following' "
    "AND followed.id = tie.followed_id AND who.id = followed.identity_id AND stay.person_id = who.person_id "
    "AND stay.segment_id = %s AND stay.left_at IS NULL)"
)


@hookimpl
def segment_relations() -> list[Relation]:
    """Offer the people of other segments to rules."""
    return [
        Relation(
            "follows_one_of", "دنبال می‌کند کسی را از گروه", "follows somebody of the segment", followers, verbs=(*FOLLOWING, MOVED),
            read=read, words=words, choices=choices, of_segment=True,
        )
    ]  # fmt: skip


def followers(identities: list[int], slug: str) -> set[int]:
    """Return who of these follows somebody who is in a segment now; two queries."""
    segment = Segment.objects.filter(slug=slug).values_list("pk", flat=True).first()
    if segment is None or not identities:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(FOLLOWERS.format(marks=", ".join(["%s"] * len(identities))), [*identities, segment])
        return {row[0] for row in cursor.fetchall()}


def read(value: str, within: str) -> tuple[str, str]:
    """Return the slug of the segment that is meant by slug or name, and "" or why the segment `within` may not ask for it."""
    slugs = Segment.objects.filter(Q(slug=value) | Q(name=value), retired_at=None).values_list("slug", flat=True)
    found = sorted(slugs, key=lambda slug: slug != value)
    if not found:
        return value, _("There is no segment of this name. Look at the list of segments.")
    if within and found[0] == within:
        return value, _("A segment cannot ask for itself.")
    if within and leads_to(found[0], within):
        return value, _("That segment itself asks for this one, perhaps by way of others: a circle has no beginning.")
    return found[0], ""


def leads_to(slug: str, wanted: str) -> bool:
    """Return whether a segment asks for another one, also by way of others."""
    asks, seen, waiting = asking_for(), set[str](), [slug]
    while waiting:
        at = waiting.pop()
        if wanted in asks.get(at, set()):
            return True
        seen.add(at)
        waiting += asks.get(at, set()) - seen
    return False


def asking_for() -> dict[str, set[str]]:
    """Return for each segment in use the segments for whose people its rule asks; one query."""
    rows = SegmentVersion.objects.filter(segment__retired_at=None, number=F("segment__version"))
    found = {}
    for slug, text in rows.values_list("segment__slug", "text"):
        try:
            found[slug] = asked.segments_of(known(text))
        except BadRule:  # it asks for nobody as long as it cannot be read
            continue
    return found


def words(slug: str, language: str) -> str:
    """Return the relation in words, with the segment's name of today."""
    name = dict(choices()).get(slug, slug)
    return f"کسی را از گروه «{name}» دنبال می‌کند" if language == "fa" else f"follows somebody of the segment “{name}”"


def choices() -> list[tuple[str, str]]:
    """Return the segments in use by slug and name; remembered for a moment, because a list of rules says many."""
    return NAMES()


def _names() -> list[tuple[str, str]]:
    rows = Segment.objects.filter(retired_at=None).order_by("name", "pk").values_list("slug", "name")
    return list(rows[: limits.SEGMENTS_MAX])


NAMES: Final = Remembered(_names, limits.LOOKED_AT_S)
forget = NAMES.forget


plug(sys.modules[__name__])
