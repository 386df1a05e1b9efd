"""A member's notices."""

from __future__ import annotations

from patogh.kit.pages import Order, Page, paged
from patogh.people.models import Member, Notice


def notices_page(member: Member, *, after: str | None = None, before: str | None = None) -> Page[Notice]:
    """Return a page of a member's notices, newest first, with who caused each."""
    mine = Notice.objects.filter(member=member).select_related("actor")
    return paged(mine, Order("happened_at"), after=after, before=before)


def has_notice(member: Member, notice_id: int) -> bool:
    """Return whether a notice is this member's."""
    return Notice.objects.filter(pk=notice_id, member=member).exists()
