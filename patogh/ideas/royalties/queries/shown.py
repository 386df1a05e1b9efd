"""What everybody sees of a makers' share: on the idea's page, and what the team sees of all of them."""

from __future__ import annotations

from dataclasses import dataclass

from patogh.ideas import limits
from patogh.ideas.models import Agreement, Creator, Idea, IdeaProduct, RoyaltyCorrection, RoyaltyPeriod
from patogh.ledger.models import Submission
from patogh.ledger.queries.book import standing_of, submission_of


@dataclass(frozen=True, slots=True)
class Part:
    """One maker of the share bar."""

    creator: Creator
    bps: int


@dataclass(frozen=True, slots=True)
class Share:
    """The public part of a makers' share. `sums` is (unit, net, the makers' sum, paid of it, pieces), closed periods only."""

    agreement: Agreement | None
    bps: int
    parts: list[Part]
    products: list[IdeaProduct]
    sums: list[tuple[str, int, int, int, int]]
    periods_count: int
    leaf: int | None


def share_of(idea: Idea, bps: int) -> Share:
    """Return what an idea's page says of its makers' share, in five queries; `bps` is what the rules promise until then."""
    agreement = idea.agreements.filter(in_force_at__isnull=False).order_by("-version").first()
    makers = {row.pk: row for row in idea.creators.select_related("member").order_by("position", "pk")}
    given = agreement.shares if agreement else [{"creator": row.pk, "bps": row.share_bps} for row in makers.values() if row.state == "agreed"]  # fmt: skip
    parts = [Part(makers[one["creator"]], one["bps"]) for one in given if one["creator"] in makers]
    products = list(idea.products.select_related("product").order_by("since", "pk"))
    periods = list(
        idea.royalty_periods.order_by("pk").values_list("pk", "unit", "net", "amount", "announced_at", "units_sold")
    )
    sums: dict[str, list[int]] = {}
    for _pk, unit, net, amount, paid_at, pieces in periods:
        row = sums.setdefault(unit, [0, 0, 0, 0])
        for at, value in enumerate((net, amount, amount if paid_at else 0, pieces)):
            row[at] += value
    key = f"royalty.period:{periods[-1][0]}" if periods else ""
    leaf = Submission.objects.filter(key=key, log__state="open").values_list("leaf", flat=True).first() if key else None
    rows = [(unit, row[0], row[1], row[2], row[3]) for unit, row in sorted(sums.items())]
    return Share(agreement, agreement.bps if agreement else bps, parts, products, rows, len(periods), leaf)


@dataclass(frozen=True, slots=True)
class Desk:
    """What the team sees of all makers' shares."""

    waiting: list[tuple[RoyaltyPeriod, str]]
    newest: list[RoyaltyPeriod]
    corrections: list[RoyaltyCorrection]


def desk() -> Desk:
    """Return the periods that wait for witnesses with how far each has come, the newest ones, and the newest corrections."""
    rows = RoyaltyPeriod.objects.select_related("idea")
    waiting = list(rows.filter(announced_at__isnull=True).order_by("closed_at", "pk")[: limits.STATEMENTS_A_PAGE])
    states = []
    for row in waiting:
        entry = submission_of(f"royalty.period:{row.pk}")
        states.append((row, standing_of(entry).state if entry else "waiting"))
    corrections = RoyaltyCorrection.objects.select_related("about__idea", "counted_in").order_by("-pk")
    return Desk(
        states, list(rows.order_by("-pk")[: limits.STATEMENTS_A_PAGE]), list(corrections[: limits.STATEMENTS_A_PAGE])
    )
