"""Codes: made, changed, closed; shared by their owners and counted."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils import timezone

from patogh.activity import action, record, unchanged, upkeep
from patogh.activity.models import Activity
from patogh.kit import persian
from patogh.people.actions import give_notice
from patogh.people.models import Member
from patogh.shop import limits
from patogh.shop.actions.batches import _check_right
from patogh.shop.actions.redeeming import follow_codes, touch
from patogh.shop.errors import BadCode, CodeTaken, RowRefused
from patogh.shop.facts import UNITS
from patogh.shop.models import Code, Order, Redemption
from patogh.shop.spelling import fresh, key_of

NOTICE = "shop.code_given"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a code gives and within which limits; rewards are basis points or minor units of `unit`."""

    reward_kind: str = "none"
    reward_value: int = 0
    unit: str = ""
    uses_max: int | None = None
    uses_per_person_max: int = 1
    net_minor_min: int = 0
    is_for_new: bool = False


@dataclass(frozen=True, slots=True)
class CodeFacts(Terms):
    """What a code is: an empty `code` is made up."""

    code: str = ""
    owner: Member | None = None
    campaign: str = ""
    starts_at: dt.datetime | None = None
    ends_at: dt.datetime | None = None


@action
def make_code(facts: CodeFacts, *, by: Member) -> Code:
    """Make a code of somebody, or of a campaign; raises NotForYou, BadCode, CodeTaken."""
    _check_right(by)
    check_code(facts)
    code = facts.code.strip() or _free()
    if Code.objects.filter(key=key_of(code)).exists():
        raise CodeTaken
    now = timezone.now()
    row = Code.objects.create(
        code=persian.chars(code), key=key_of(code), made_by=by, created_at=now, **_fields(facts) | {"starts_at": facts.starts_at or now}
    )  # fmt: skip
    _tell_owner(row, record("shop.code_made", by=by, subject=row, data={"code": row.code}), by)
    return row


@action
def edit_code(code: Code, facts: CodeFacts, *, by: Member) -> Code:
    """Say other terms of a code; what was counted stays. Its letters stay as they are. Raises NotForYou, BadCode."""
    _check_right(by)
    check_code(facts)
    row = Code.objects.select_for_update().get(pk=code.pk)
    if facts.uses_max is not None and facts.uses_max < row.uses_count:
        raise BadCode(why="used_more")
    said = _fields(facts) | {"starts_at": facts.starts_at or row.starts_at}
    changed = [name for name, value in said.items() if getattr(row, name) != value]
    if not changed:
        return unchanged(row)
    for name in changed:
        setattr(row, name, said[name])
    row.version += 1
    row.save(update_fields=[*changed, "version"])
    if "owner" in changed:
        touch(brought_with(row))
    activity = record("shop.code_edited", by=by, subject=row, data={"changed": sorted(changed)})
    if "owner" in changed:
        _tell_owner(row, activity, by)
    return row


@action
def close_code(code: Code, *, by: Member) -> Code:
    """Let a code count for no order from now on, as the team or its owner wishes; raises NotForYou."""
    row = Code.objects.select_for_update().get(pk=code.pk)
    if row.owner_id != by.pk:
        _check_right(by)
    now = timezone.now()
    if row.ends_at is not None and row.ends_at <= now:
        return unchanged(row)
    row.ends_at, row.version = now, row.version + 1
    row.save(update_fields=["ends_at", "version"])
    record("shop.code_closed", by=by, subject=row, data={"code": row.code})
    return row


@action
def redeem_code(code: str, source: str, number: str, *, by: Member) -> Redemption:
    """Count an order for a code, as its shop says that it was used; a second time changes nothing.

    Raises NotForYou, BadCode for one that is none here, RowRefused for an order that is not.
    """
    _check_right(by)
    key = key_of(code)
    if not key or not Code.objects.filter(key=key).exists():
        raise BadCode(why="unknown")
    order = Order.objects.select_for_update(of=("self",)).filter(source=source, number=number).first()
    if order is None:
        raise RowRefused("order_unknown", number)
    was = {row.code.key: row for row in order.redemptions.select_related("code")}
    rows = {row.code.key: row for row in follow_codes(order, [*was, key])}
    if key in was and was[key].state == rows[key].state:
        return unchanged(rows[key])
    record(
        "shop.code_redeemed",
        by=by,
        subject=rows[key].code,
        target=order,
        data={"state": rows[key].state, "why": rows[key].why},
    )
    return rows[key]


@upkeep
def count_click(code: Code) -> None:
    """Count that somebody followed a code's link; nothing is kept of who."""
    Code.objects.filter(pk=code.pk).update(clicks_count=F("clicks_count") + 1)


def _fields(facts: CodeFacts) -> dict[str, object]:
    said = {one.name: getattr(facts, one.name) for one in fields(facts) if one.name not in {"code", "starts_at"}}
    return said | {"campaign": persian.name_clean(facts.campaign)[:80]}


def _tell_owner(row: Code, activity: Activity, by: Member) -> None:
    """Tell whom the team gave a code; nobody hears of a campaign's."""
    if row.owner is not None:
        words = {"title": row.code, "url": reverse("my_codes")}
        give_notice(row.owner, NOTICE, row, actor=by, activity_id=activity.pk, **words)


def check_code(facts: CodeFacts) -> None:
    """Hold that the terms make sense; raises BadCode with why."""
    if facts.code.strip() and not key_of(facts.code):
        raise BadCode(why="letters")
    if facts.owner is None and not facts.campaign.strip():
        raise BadCode(why="whose")
    _check_terms(facts)
    if facts.ends_at is not None and facts.starts_at is not None and facts.ends_at <= facts.starts_at:
        raise BadCode(why="days")


def _check_terms(facts: Terms) -> None:
    """Hold that rewards and limits make sense; raises BadCode with why."""
    if not _is_reward(facts):
        raise BadCode(why="reward")
    counts = (facts.uses_per_person_max, facts.uses_max if facts.uses_max is not None else 1)
    if (
        not all(1 <= count <= limits.CODE_USES_MAX for count in counts)
        or not 0 <= facts.net_minor_min <= limits.NET_MINOR_MAX
    ):
        raise BadCode(why="limits")


def _is_reward(facts: Terms) -> bool:
    if facts.reward_kind == "none":
        return facts.reward_value == 0
    if facts.reward_kind == "bps":
        return 1 <= facts.reward_value <= 10_000
    return facts.reward_kind == "amount" and facts.unit in UNITS and 1 <= facts.reward_value <= limits.NET_MINOR_MAX


def _free() -> str:
    """Return a code that nobody has."""
    while True:
        code = fresh()
        if not Code.objects.filter(key=key_of(code)).exists():
            return code


@upkeep
def forget_codes(member: Member) -> None:
    """Close the codes of somebody who is erased, and let nobody read a name in them."""
    now = timezone.now()
    for row in Code.objects.filter(owner=member):
        row.code, row.key, row.ends_at = f"former-{row.pk}", f"F0RMER{row.pk}", min(row.ends_at or now, now)
        row.owner, row.campaign, row.version = None, "—", row.version + 1
        row.save()
        touch(brought_with(row))


def brought_with(code: Code) -> QuerySet[Redemption, int | None]:
    """Return who bought with a code, each once."""
    rows = Redemption.objects.filter(code=code, state="counted", buyer__isnull=False).order_by()
    return rows.values_list("buyer_id", flat=True).distinct()
