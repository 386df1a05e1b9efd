"""People and tags that somebody is about to name."""

from __future__ import annotations

from django.db import connection
from django.db.models import Q, QuerySet

from patogh.hangout.queries.access import tags_visible_to
from patogh.kit import persian
from patogh.people.models import Member
from patogh.trust.queries import blocked_by, blockers_of

OFFERED = 8
_LAST = "\U0010ffff"


def named_like(typed: str, member: Member) -> list[Member]:
    """Return at most OFFERED members whose handle or name begins with what was typed, those who write most first.

    Whoever blocks the asking member is not offered, nor is anybody whom that member blocks.
    """
    apart = blockers_of(member.pk) | blocked_by(member.pk)
    handle, name = persian.digits_en(typed).lower().lstrip("@")[:30], persian.key(typed)[:60]
    found: dict[int, Member] = {}
    for column, start in (("handle", handle), ("name_key", name)):
        if start:
            for one in _beginning(column, start).exclude(pk__in=apart).order_by("-posts_count", "pk")[:OFFERED]:
                found.setdefault(one.pk, one)
    return sorted(found.values(), key=lambda one: (-one.posts_count, one.pk))[:OFFERED]


def _beginning(column: str, start: str) -> QuerySet[Member]:
    """Return active members by the beginning of a column, in a form that each database's index serves."""
    rows = Member.objects.filter(is_active=True)
    if connection.vendor == "sqlite":
        return rows.filter(Q(**{f"{column}__gte": start}) & Q(**{f"{column}__lt": start + _LAST}))
    return rows.filter(**{f"{column}__startswith": start})


def tags_like(typed: str, member: Member) -> list[str]:
    """Return the names of at most OFFERED tags in a member's sight that begin with what was typed, the most used first."""
    start = persian.key(typed)[:40]
    rows = tags_visible_to(member).filter(topics_count__gt=0)
    if start and connection.vendor == "sqlite":
        rows = rows.filter(key__gte=start, key__lt=start + _LAST)
    elif start:
        rows = rows.filter(key__startswith=start)
    return list(rows.order_by("-topics_count", "pk").values_list("name", flat=True)[:OFFERED])
