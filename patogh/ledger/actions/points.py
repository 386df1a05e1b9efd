"""Points by rules: earned once for an act, taken back by a new transfer; a changed rule is a new version."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import Final

from django.utils import timezone

from patogh.activity import action, record, unchanged, upkeep
from patogh.ledger import codes, schemas
from patogh.ledger.actions.book import enter
from patogh.ledger.actions.posting import locked
from patogh.ledger.actions.transfers import reverse_lines, transfer
from patogh.ledger.errors import UnknownRule
from patogh.ledger.models import PointRule, Transfer
from patogh.ledger.queries.money import rule_now, taken_back
from patogh.ledger.rules import AMOUNT_MAX, PER_DAY_MAX, ROUNDS_MAX, RULES, RuleNow
from patogh.ledger.wanted import Line
from patogh.people.models import Member

DAY: Final = dt.timedelta(days=1)


@upkeep
def award(
    rule: str,
    member: Member,
    *,
    idem: str,
    subject: tuple[str, str] = ("", ""),
    by: Member | None = None,
    amount: int | None = None,
) -> Transfer | None:
    """Give a member the points of a rule for the act named by `idem`, once; after `take_back` it may be earned again.

    None when the rule is off, the day's limit is reached, the member acted on their own (`by`) or may not earn:
    closed and suspended accounts. Whether `by` and the member block each other is for the caller to ask. `amount`
    replaces the rule's own. Raises UnknownRule.
    """
    now = _rule(rule)
    if not now.is_on or not _may_earn(member, by):
        return None
    code = codes.parse(f"member:{member.pk}:{codes.POINTS}")
    locked([code])  # Before the limit is counted: two awards at the same moment count one after the other.
    known = _earned(rule, idem)
    if known and not taken_back(known[-1]):
        return known[-1]
    if len(known) == ROUNDS_MAX:
        return None
    key = _keys(rule, idem)[len(known)]
    return _given(now, member, key, subject, amount or now.amount)


@upkeep
def take_back(rule: str, idem: str) -> Transfer | None:
    """Take back what `award` gave for this act: by a new transfer, never more than is there; None if nothing stands."""
    _rule(rule)
    known = _earned(rule, idem)
    if not known or taken_back(known[-1]):
        return None
    given = known[-1]
    entries = list(given.entries.order_by("pk").values_list("account__code", "amount"))
    code, amount = next((code, amount) for code, amount in entries if amount > 0)
    issuance = next(code for code, amount in entries if amount < 0)
    account = locked([codes.parse(code), codes.parse(issuance)])[code]
    free = min(amount, account.balance - account.held)
    if free <= 0:
        return None
    return reverse_lines(given, f"{given.idem}:back", f"take_back.{rule}", [Line(code, -free), Line(issuance, free)])


@action
def change_rules(values: Mapping[str, Mapping[str, int | bool]], *, by: Member) -> list[PointRule]:
    """Make a new version of each rule that changes, which holds from now on and stands in the book. Raises UnknownRule."""
    changes = [
        (before, after) for name in values if (before := _rule(name)) != (after := _changed(before, values[name]))
    ]
    if not changes:
        return unchanged([])
    made = [_version(after, by) for _, after in changes]
    data = {after.name: {"before": before._asdict(), "after": after._asdict()} for before, after in changes}
    record("ledger.point_rule_changed", by=by, subject=made[0], data=data)
    return made


def _changed(before: RuleNow, values: Mapping[str, int | bool]) -> RuleNow:
    """Return a rule with other values, of the next version if one differs; raises UnknownRule."""
    wanted = {**before._asdict(), **{part: values[part] for part in ("amount", "per_day", "is_on") if part in values}}
    for part, most in (("amount", AMOUNT_MAX), ("per_day", PER_DAY_MAX)):
        if type(wanted[part]) is not int or not 1 <= wanted[part] <= most:
            raise UnknownRule(most=AMOUNT_MAX, often=PER_DAY_MAX, field=f"{before.name}_{part}")
    after = RuleNow(**{**wanted, "is_on": bool(wanted["is_on"])})
    return before if after == before else after._replace(version=before.version + 1)


def _version(rule: RuleNow, by: Member) -> PointRule:
    """Write a version of a rule, and enter it in the book."""
    fields = {
        "rule": f"ledger.{rule.name}", "version": rule.version, "amount": rule.amount, "per_day": rule.per_day, "on": int(rule.is_on),
        "hash": hashlib.sha256(schemas.written(list(rule))).hexdigest(),
    }  # fmt: skip
    enter("rule.version.v1", fields, key=f"rule:{rule.name}:{rule.version}")
    return PointRule.objects.create(**rule._asdict(), since=timezone.now(), by=by)


def _rule(name: str) -> RuleNow:
    if name not in RULES:
        raise UnknownRule(most=AMOUNT_MAX, often=PER_DAY_MAX)
    return rule_now(name)


def _may_earn(member: Member, by: Member | None) -> bool:
    """Whether this account may earn now."""
    is_suspended = member.suspended_until is not None and member.suspended_until > timezone.now()
    return member.is_active and not is_suspended and (by is None or by.pk != member.pk)


def _keys(rule: str, idem: str) -> list[str]:
    """Return the keys under which the same act may be earned, one after each time it was taken back."""
    digest = hashlib.sha256(idem.encode()).hexdigest()[:40]
    return [f"award:{rule}:{digest}:{turn}" for turn in range(1, ROUNDS_MAX + 1)]


def _earned(rule: str, idem: str) -> list[Transfer]:
    """Return what was given for this act so far, the newest last."""
    return list(Transfer.objects.filter(idem__in=_keys(rule, idem)).order_by("pk"))


def _given(rule: RuleNow, member: Member, key: str, subject: tuple[str, str], amount: int) -> Transfer | None:
    """Write an award unless the day's limit is reached; what was taken back counts, so that nothing is won by turns."""
    kind = f"award.{rule.name}"
    lately = Transfer.objects.filter(owner=member, kind=kind, created_at__gt=timezone.now() - DAY)
    if len(lately.values_list("pk")[: rule.per_day]) >= rule.per_day:
        return None
    lines = [Line(f"issuance:{codes.POINTS}", -amount), Line(f"member:{member.pk}:{codes.POINTS}", amount)]
    return transfer(key, kind, codes.POINTS, lines, owner=member, subject=subject)
