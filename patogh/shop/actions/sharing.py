"""Codes that members ask for themselves, by the brand's one rule."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields

from django.utils import timezone

from patogh.activity import action, record, unchanged
from patogh.people.models import Member
from patogh.shop import limits
from patogh.shop.actions.batches import _check_right
from patogh.shop.actions.codes import Terms, _check_terms, _free
from patogh.shop.errors import BadCode, NoCodeForYou
from patogh.shop.models import Code, Sharing
from patogh.shop.queries.sharing import forget_sharing, rule_now, why_not
from patogh.shop.spelling import key_of


@dataclass(frozen=True, slots=True)
class SharingFacts(Terms):
    """The rule: whether members may ask, from which level on, how many open codes each, for how many days, and the terms."""

    is_open: bool = False
    level_min: int = 0
    codes_max: int = 1
    days: int | None = None


@action
def set_sharing(facts: SharingFacts, *, by: Member) -> Sharing:
    """Say who may ask for a code and what it is; codes that were given out stay as they are. Raises NotForYou, BadCode."""
    _check_right(by)
    _check(facts)
    row = Sharing.objects.select_for_update().filter(pk=1).first()
    said = {one.name: getattr(facts, one.name) for one in fields(facts)}
    changed = [name for name, value in said.items() if row is None or getattr(row, name) != value]
    if row is not None and not changed:
        return unchanged(row)
    row = row or Sharing(pk=1, version=0)
    for name in changed:
        setattr(row, name, said[name])
    row.version, row.changed_at = row.version + 1, timezone.now()
    row.save()
    forget_sharing()
    record("shop.sharing_changed", by=by, subject=row, data={"changed": sorted(changed), "is_open": row.is_open})
    return row


@action
def ask_code(*, by: Member) -> Code:
    """Give somebody a code of their own by the brand's rule; raises NoCodeForYou with why."""
    rule = rule_now()
    member = Member.objects.select_for_update(of=("self",)).get(pk=by.pk)
    if why := why_not(member, rule=rule):
        raise NoCodeForYou(why=why, level=rule.level_min)
    now, code = timezone.now(), _free()
    terms = {one.name: getattr(rule, one.name) for one in fields(Terms)}
    row = Code.objects.create(
        code=code, key=key_of(code), owner=member, is_asked=True, made_by=member, created_at=now, starts_at=now,
        ends_at=now + dt.timedelta(days=rule.days) if rule.days else None, **terms,
    )  # fmt: skip
    forget_sharing()
    record("shop.code_made", by=by, subject=row, data={"code": row.code, "asked": True})
    return row


def _check(facts: SharingFacts) -> None:
    """Hold that the rule makes sense; raises BadCode with why."""
    _check_terms(facts)
    days = facts.days if facts.days is not None else 1
    fits = 0 <= facts.level_min <= limits.LEVEL_MAX and 1 <= facts.codes_max <= limits.CODES_A_MEMBER_MAX
    if not fits or not 1 <= days <= limits.CODE_DAYS_MAX:
        raise BadCode(why="limits")
