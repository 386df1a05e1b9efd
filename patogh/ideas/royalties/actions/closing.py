"""Closing a month of an idea's sales: a period in each unit, every maker's line, and what became known late.

What was closed is never changed. A late row counts in the next period as a correction, at the rate and the shares of
the period that it belongs to. Accounts: the brand's expense gives, the accrued share takes; paying follows (`paying`).
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Max, Sum
from django.utils import timezone

from patogh.activity import action, record, unchanged
from patogh.ideas import limits
from patogh.ideas.actions.moving import locked
from patogh.ideas.actions.stamps import touch
from patogh.ideas.models import Agreement, Creator, Idea, RoyaltyCorrection, RoyaltyLine, RoyaltyPeriod
from patogh.ideas.royalties import counting, months, sums
from patogh.ideas.royalties.counting import Tie
from patogh.ideas.royalties.errors import NoAgreementYet, NotTheNextPeriod, PeriodIsOpen
from patogh.ideas.royalties.months import Month
from patogh.ledger.actions.book import Secret, enter
from patogh.ledger.actions.transfers import transfer
from patogh.ledger.queries.book import submission_of
from patogh.ledger.wanted import Line
from patogh.people.models import Erasure, Member

SUBJECT = "ideas.idea"


@dataclass(frozen=True, slots=True)
class Late:
    """A change of a closed period's net that became known after its closing."""

    about: RoyaltyPeriod
    amount: int
    shares: dict[int, int]


@dataclass(slots=True)
class Closing:
    """One closing while it is made: of which idea, at which moment, what is known of its makers."""

    idea: Idea
    now: dt.datetime
    makers: dict[int, Creator]
    gone: frozenset[int]
    made: list[RoyaltyPeriod] = field(default_factory=list)


@action
def close_period(
    idea: Idea, period: str, *, by: Member | None = None, now: dt.datetime | None = None
) -> list[RoyaltyPeriod]:
    """Close one month of an idea, a period in each unit of money; closing it again returns what was closed.

    Raises UnknownMonth, PeriodIsOpen, NotTheNextPeriod, NoAgreementYet and UnitNotKept.
    """
    months.month_named(period)
    moment = now or timezone.now()
    idea = locked(idea.pk)
    known = list(idea.royalty_periods.filter(period=period).order_by("pk"))
    if known:
        return unchanged(known)
    viewer = months.brand_viewer()
    ties = counting.ties_of(idea, viewer)
    last = idea.royalty_periods.aggregate(last=Max("ends_at"))["last"]
    month = counting.next_month(ties, last, viewer)
    if month is None or month.name != period:
        raise NotTheNextPeriod(period=month.name if month else "–")
    if moment < month.ends_at + dt.timedelta(days=limits.CLOSING_GRACE_DAYS):
        raise PeriodIsOpen(days=limits.CLOSING_GRACE_DAYS)
    closing = _begun(idea, moment)
    _close(closing, ties, month)
    touch(idea)
    record(
        "ideas.period_closed", by=by, subject=idea,
        data={"period": period, "sums": {row.unit: row.amount for row in closing.made if row.period == period}},
    )  # fmt: skip
    return closing.made


def _begun(idea: Idea, now: dt.datetime) -> Closing:
    makers = {row.pk: row for row in idea.creators.select_related("member")}
    erased = set(
        Erasure.objects.filter(member_number__in=[row.member_id for row in makers.values()]).values_list(
            "member_number", flat=True
        )
    )
    return Closing(idea, now, makers, frozenset(pk for pk, row in makers.items() if row.member_id in erased))


def _close(closing: Closing, ties: Sequence[Tie], month: Month) -> None:
    """Write the periods of a month, and first those of earlier months in a unit that was not known of then."""
    agreement = counting.agreement_for(closing.idea, month.ends_at)
    if agreement is None:
        raise NoAgreementYet
    sold = counting.sold(ties, month.starts_at, month.ends_at)
    late = _late(closing, ties)
    units = {*sold, *late, *counting.units_in(ties, month)}
    for unit in sorted(units):
        _write(closing, agreement, (month, unit, sold.get(unit, counting.Sum())), late.get(unit, []))


def _late(closing: Closing, ties: Sequence[Tie]) -> dict[str, list[Late]]:
    """Return by unit how the net of closed periods would be another now: exact, whatever was added, changed or cancelled.

    Where nothing of a unit was closed for an earlier month, that month is closed in it now.
    """
    found: dict[str, list[Late]] = {}
    closed: dict[tuple[str, dt.datetime, dt.datetime], dict[str, RoyaltyPeriod]] = {}
    rows = closing.idea.royalty_periods.prefetch_related("lines").annotate(late=Sum("corrections__amount"))
    for row in rows.order_by("starts_at", "pk"):
        closed.setdefault((row.period, row.starts_at, row.ends_at), {})[row.unit] = row
    for (name, starts_at, ends_at), units in closed.items():
        sold = counting.sold(ties, starts_at, ends_at)
        for unit in sorted({*sold, *units}):
            total = sold.get(unit, counting.Sum())
            if unit not in units:
                agreement = next(iter(units.values())).agreement
                _write(closing, agreement, (Month(name, starts_at, ends_at), unit, total), [])
            elif change := total.net - units[unit].net - (getattr(units[unit], "late", 0) or 0):
                shares = {line.creator_id: line.share_bps for line in units[unit].lines.all()}
                found.setdefault(unit, []).append(Late(units[unit], change, shares))
    return found


def _write(
    closing: Closing, agreement: Agreement, sold: tuple[Month, str, counting.Sum], late: Sequence[Late]
) -> RoyaltyPeriod:
    """Write one period with its lines and corrections, enter them in the book, and accrue its sum."""
    month, unit, total = sold
    lines = _lines(closing, agreement, (total.net, unit), late)
    row = RoyaltyPeriod.objects.create(
        idea=closing.idea, period=month.name, unit=unit, starts_at=month.starts_at, ends_at=month.ends_at,
        gross=total.gross, returns=total.returns, net=total.net, bps=agreement.bps, units_sold=total.pieces,
        amount=sum(line.amount for line in lines), agreement=agreement, closed_at=closing.now,
    )  # fmt: skip
    for line in lines:
        line.period = row
    RoyaltyLine.objects.bulk_create(lines)
    _enter_period(row)
    for one in late:
        correction = RoyaltyCorrection.objects.create(
            about=one.about, counted_in=row, amount=one.amount, noted_at=closing.now
        )
        _enter_correction(correction)
    for line in lines:
        _enter_line(closing, line)
    if row.amount:
        accrued = [Line(f"brand_expense:{unit}", -row.amount), Line(f"royalty_accrued:{unit}", row.amount)]
        transfer(f"royalty.accrued:{row.pk}", "royalty", unit, accrued, subject=(SUBJECT, str(row.idea_id)))
    closing.made.append(row)
    return row


def _lines(closing: Closing, agreement: Agreement, counted: tuple[int, str], late: Sequence[Late]) -> list[RoyaltyLine]:
    """Return each maker's line: the month at the agreement's rate, corrections at theirs, the carry and debt before."""
    net, unit = counted
    shares = sums.shares_without({one["creator"]: one["bps"] for one in agreement.shares}, closing.gone)
    keys = {*shares, *(key for one in late for key in one.shares)} - closing.gone
    found = []
    for key in sorted(keys, key=lambda one: (closing.makers[one].position, one)):
        before = RoyaltyLine.objects.filter(creator=key, period__idea=closing.idea, period__unit=unit)
        carried, owed = before.order_by("-pk").values_list("carried_out", "owed_out").first() or (0, 0)
        parts = [(net, agreement.bps, shares.get(key, 0))]
        parts += [(one.amount, one.about.bps, one.shares.get(key, 0)) for one in late]
        rounded = sums.line_of(parts, carried)
        paid = sums.after_debt(rounded.amount, owed)
        found.append(
            RoyaltyLine(
                creator=closing.makers[key], share_bps=shares.get(key, 0), carried_in=carried, amount=paid.amount,
                carried_out=rounded.carried_out, owed_in=owed, owed_out=paid.owed_out,
            )
        )  # fmt: skip
    return found


def _enter_period(row: RoyaltyPeriod) -> None:
    fields = {
        "idea": row.idea_id, "period": row.period, "unit": row.unit, "gross": row.gross, "returns": row.returns,
        "net": row.net, "bps": row.bps, "sum": row.amount, "contract": row.agreement.sha256,
    }  # fmt: skip
    enter("royalty.period_closed.v1", fields, key=f"royalty.period:{row.pk}", subject=(SUBJECT, str(row.idea_id)))


def _enter_correction(row: RoyaltyCorrection) -> None:
    about = submission_of(f"royalty.period:{row.about_id}")
    fields = {
        "idea": row.counted_in.idea_id, "period": row.counted_in.period, "unit": row.counted_in.unit, "n": row.amount,
        "about": about.pk.hex if about else "0" * 32,
    }  # fmt: skip
    enter(
        "royalty.corrected.v1", fields, key=f"royalty.corrected:{row.pk}", subject=(SUBJECT, str(fields["idea"]))
    )  # fmt: skip


def _enter_line(closing: Closing, line: RoyaltyLine) -> None:
    """Enter a maker's line as a commitment: what opens it is the maker's alone, and goes with their account."""
    member = closing.makers[line.creator_id].member
    fields = {"idea": closing.idea.pk, "period": line.period.period}
    said = json.dumps(opened(line), separators=(",", ":"), sort_keys=True)
    enter(
        "royalty.line.v1",
        fields,
        key=f"royalty.line:{line.pk}",
        secrets={"line": Secret(said, member)},
        owner=member,
        subject=(SUBJECT, str(closing.idea.pk)),
    )


def opened(line: RoyaltyLine) -> dict[str, int | str]:
    """Return what the commitment of a line hides: enough to count the amount again by hand."""
    row = line.period
    return {
        "idea": row.idea_id, "period": row.period, "unit": row.unit, "net": row.net, "bps": row.bps,
        "share_bps": line.share_bps, "carried_in": line.carried_in, "owed_in": line.owed_in, "amount": line.amount,
        "carried_out": line.carried_out, "owed_out": line.owed_out, "maker": line.creator_id,
    }  # fmt: skip
