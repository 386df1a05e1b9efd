"""Members: one profile, the directory, who follows whom, and what somebody did."""

from __future__ import annotations

import re
from typing import Final

from django.conf import settings
from django.db.models import QuerySet

from patogh.activity.models import Activity
from patogh.activity.registry import verbs
from patogh.kit import limits
from patogh.kit.errors import NotFound
from patogh.kit.pages import Order, Page, paged
from patogh.people import handles
from patogh.people.models import Member, MemberFollow
from patogh.people.queries.rights import may

ORDERS: Final = {
    "name": Order("name_order", descending=False),
    "newest": Order("joined_at"),
    "helpful": Order("accepted_count"),
    "seen": Order("last_seen_at"),
}
ROAD_ROWS: Final = 20


def member_at(handle: str, viewer: Member | None) -> Member:
    """Return the member behind a handle; raises NotFound for nobody and, to all but moderators, for a
    closed account.
    """
    member = Member.objects.filter(handle=handle.lower()).select_related("identity").first()
    if member is None or not (member.is_active or may(viewer, "moderate")):
        raise NotFound
    return member


def minor_bands() -> list[str]:
    """Return the age bands of those who are minors in this house."""
    return ["under16", "16to17"] if settings.MINOR_AGE > 16 else ["under16"]


def members_page(
    *,
    by: str,
    viewer: Member | None = None,
    beginning: str = "",
    after: str | None = None,
    before: str | None = None,
    size: int = limits.PAGE_ROWS,
) -> Page[Member]:
    """Return a page of the directory in one of ORDERS (unknown ones mean newest); a beginning of a name sorts by
    name. Strangers (`viewer` None) do not find minors in it.
    """
    members = Member.objects.filter(is_active=True)
    if viewer is None:
        members = members.exclude(age_band__in=minor_bands())
    beginning = beginning.strip()[:60]
    if re.fullmatch(r"@[a-zA-Z0-9_]+", beginning):
        return paged(
            members.filter(handle__startswith=beginning[1:].lower()),
            Order("handle", descending=False),
            size=size,
            after=after,
            before=before,
        )
    if handles.name_order(beginning):
        low, high = handles.name_range(beginning)
        return paged(
            members.filter(name_order__gte=low, name_order__lt=high),
            ORDERS["name"],
            size=size,
            after=after,
            before=before,
        )
    if by == "seen":
        members = members.filter(last_seen_at__isnull=False)
    return paged(members, ORDERS.get(by, ORDERS["newest"]), size=size, after=after, before=before)


def follow_between(viewer: Member | None, member: Member) -> str:
    """Return "following", "muted" or "" as the viewer has set it."""
    if viewer is None or viewer.pk == member.pk:
        return ""
    return MemberFollow.objects.filter(follower=viewer, followed=member).values_list("level", flat=True).first() or ""


def followers_page(
    member: Member, *, following: bool = False, after: str | None = None, before: str | None = None
) -> Page[MemberFollow]:
    """Return a page of who follows a member, or whom she follows, newest first; `.other` is the member to show. Mutes
    stay private.
    """
    mine = MemberFollow.objects.filter(follower=member) if following else MemberFollow.objects.filter(followed=member)
    other = "followed" if following else "follower"
    rows: QuerySet[MemberFollow] = mine.filter(level="following", **{f"{other}__is_active": True}).select_related(other)
    page: Page[MemberFollow] = paged(rows, Order("id"), after=after, before=before)
    for row in page:
        row.other = getattr(row, other)  # type: ignore[attr-defined]
    return page


def road_page(member: Member, viewer: Member | None, *, after: str | None = None) -> Page[Activity]:
    """Return what a member did, newest first, as far as the viewer may see it; likes are left to the posts that show them."""
    audiences = ["public"] + (["members"] if viewer else []) + (["staff"] if may(viewer, "see_staff_road") else [])
    likes = [name for name, verb in verbs().items() if verb.type == "Like"]
    road = Activity.objects.filter(identity_id=member.identity_id, audience__in=audiences).exclude(verb__in=likes)
    return paged(road, Order("happened_at"), size=ROAD_ROWS, after=after)
