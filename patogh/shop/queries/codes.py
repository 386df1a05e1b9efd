"""Codes for those who look after the shop, for their owners, and who brought whom."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from django.conf import settings
from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils import timezone

from patogh.kit.errors import NotFound
from patogh.kit.pages import Order as Sorting
from patogh.kit.pages import Page, paged
from patogh.people.models import Member
from patogh.shop.errors import BadCode
from patogh.shop.models import Code, Redemption
from patogh.shop.spelling import key_of

BY_AGE = Sorting("created_at")
BY_USE = Sorting("redeemed_at")


def codes(*, after: str | None = None, before: str | None = None, size: int = 30) -> Page[Code]:
    """Return one page of the codes, the newest first."""
    return paged(Code.objects.select_related("owner"), BY_AGE, after=after, before=before, size=size)


def owner_called(handle: str) -> Member | None:
    """Return whose a code is to be by their handle, None without one; raises BadCode for a handle that is nobody's."""
    name = handle.strip().lstrip("@").lower()
    if not name:
        return None
    found = Member.objects.filter(handle=name, is_active=True).first()
    if found is None:
        raise BadCode(why="owner")
    return found


def own_code(member: Member, pk: int) -> Code:
    """Return a code of one's own; raises NotFound."""
    found = owned(member).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def is_open(code: Code) -> bool:
    """Whether an order that is placed now counts for a code."""
    return not _is_used_up(code) and code.is_open_at(timezone.now())


def is_over(code: Code) -> bool:
    """Whether no order will count for a code; one whose days have not begun is not over."""
    return _is_used_up(code) or (code.ends_at is not None and code.ends_at <= timezone.now())


def link_of(code: Code) -> str:
    """Return the link that is shared."""
    return f"{settings.SITE_URL.rstrip('/')}/r/{code.code}"


def one_code(pk: int) -> Code:
    """Return one code; raises NotFound."""
    found = Code.objects.select_related("owner").filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def by_name(typed: str) -> Code | None:
    """Return the code that somebody typed, however they spelled it."""
    key = key_of(typed)
    return Code.objects.filter(key=key).first() if key else None


def redemptions(code: Code, *, after: str | None = None, before: str | None = None, size: int = 30) -> Page[Redemption]:
    """Return one page of the orders that were placed with a code."""
    rows = Redemption.objects.filter(code=code).select_related("order", "buyer")
    return paged(rows, BY_USE, after=after, before=before, size=size)


def owned(member: Member) -> QuerySet[Code]:
    """Return the codes of a member."""
    return Code.objects.filter(owner=member)


def codes_of(member: Member) -> list[Code]:
    """Return the codes of a member, the newest first; at most a hundred."""
    return list(owned(member).order_by("-created_at", "-pk")[:100])


def _is_used_up(code: Code) -> bool:
    return code.uses_max is not None and code.uses_count >= code.uses_max


def named(ids: list[int]) -> dict[str, tuple[str, str]]:
    """Return codes with their pages by id, as a text; one query."""
    rows = Code.objects.filter(pk__in=ids).values_list("pk", "code")
    return {str(pk): (code, reverse("team_code", args=[pk])) for pk, code in rows}


def brought_by(identities: list[int], limit: int) -> list[tuple[int, int]]:
    """Return who bought with the codes of these people, and how often."""
    rows = Redemption.objects.filter(state="counted", code__owner__identity__in=identities, buyer__isnull=False)
    counted = rows.values_list("buyer").annotate(times=Count("pk")).order_by("-times", "buyer")
    return [(key, times) for key, times in counted[:limit]]


def came_by(identities: list[int], limit: int) -> list[tuple[int, int]]:
    """Return by whose codes these people bought, and how often."""
    rows = Redemption.objects.filter(state="counted", buyer__in=identities, code__owner__identity__isnull=False)
    counted = rows.values_list("code__owner__identity").annotate(times=Count("pk")).order_by("-times")
    return [(key, times) for key, times in counted[:limit]]


def codes_csv() -> Iterator[str]:
    """Yield every code as CSV, without who bought."""
    rows = csv.writer(_Echo())
    yield "\ufeff"
    yield rows.writerow(
        ["code", "owner", "campaign", "reward", "value", "unit", "uses", "uses_max", "clicks", "starts", "ends"]
    )
    for one in Code.objects.select_related("owner").order_by("pk").iterator(chunk_size=500):
        yield rows.writerow([
            one.code, _plain(one.owner.handle if one.owner else ""), _plain(one.campaign), one.reward_kind, one.reward_value, one.unit,
            one.uses_count, "" if one.uses_max is None else one.uses_max, one.clicks_count, one.starts_at.isoformat(),
            one.ends_at.isoformat() if one.ends_at else "",
        ])  # fmt: skip


def own_codes_csv(member: Member) -> bytes:
    """Return the codes of a member, for her own copy; empty where there are none."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(["code", "uses", "clicks", "created_at"])
    rows = codes_of(member)
    for one in rows:
        table.writerow([one.code, one.uses_count, one.clicks_count, one.created_at.isoformat()])
    return out.getvalue().encode("utf-8-sig") if rows else b""


def _plain(text: str) -> str:
    """Return words of a stranger so that a spreadsheet does not calculate with them."""
    return f"'{text}" if text[:1] in "=+-@\t\r" else text


class _Echo:
    """A file that gives back what is written into it."""

    def write(self, text: str) -> str:
        """Return the line."""
        return text
