"""Who blocks whom."""

from __future__ import annotations

from patogh.kit.pages import Order, Page, paged
from patogh.people.models import Member
from patogh.trust.models import Block


def blocked_by(member_id: int) -> frozenset[int]:
    """Return whom a member blocks: their posts are collapsed."""
    return frozenset(Block.objects.filter(member_id=member_id).values_list("blocked_id", flat=True))


def blockers_of(member_id: int) -> frozenset[int]:
    """Return who blocks a member: they are neither told of, nor offered to, that member."""
    return frozenset(Block.objects.filter(blocked_id=member_id).values_list("member_id", flat=True))


def blocks(member_id: int, other_id: int) -> bool:
    """Return whether one member blocks another."""
    return Block.objects.filter(member_id=member_id, blocked_id=other_id).exists()


def blocks_page(member: Member, *, after: str | None = None, before: str | None = None) -> Page[Block]:
    """Return whom a member blocks, newest first."""
    rows = Block.objects.filter(member=member).select_related("blocked")
    return paged(rows, Order("created_at"), after=after, before=before)
