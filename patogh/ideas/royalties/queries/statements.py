"""A maker's own statements: every line with what it was counted of, its transfer, and its proof in the open book."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Sum

from patogh.ideas import limits
from patogh.ideas.models import Agreement, Creator, RoyaltyCorrection, RoyaltyLine
from patogh.ideas.royalties.actions.closing import opened
from patogh.kit.errors import NotFound
from patogh.kit.pages import Order, Page, paged
from patogh.ledger.models import Opening, Receipt, Submission
from patogh.ledger.queries.book import body_of, proof_for, standing_of
from patogh.people.models import Member

_WITH = ("period__idea", "period__agreement", "creator")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a maker with where it stands in the book: the leaf of its commitment and its receipt's code."""

    line: RoyaltyLine
    leaf: int | None = None
    receipt: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """One line with everything that checks it: corrections, the proof, what opens the commitment, who has seen it."""

    row: Row
    corrections: list[tuple[RoyaltyCorrection, int]]
    entry: bytes
    proof: str | None
    openings: list[dict[str, str]]
    state: str
    seen: int
    needed: int

    def as_json(self) -> dict[str, Any]:
        """Return the file that can be counted again without this house (`patogh ideas check-share`)."""
        line = self.row.line
        return {
            "format": "patogh-share/v1", "title": line.period.idea.title, "line": opened(line),
            "gross": line.period.gross, "returns": line.period.returns, "pieces": line.period.units_sold,
            "contract": line.period.agreement.sha256, "starts_at": line.period.starts_at.isoformat(),
            "ends_at": line.period.ends_at.isoformat(), "closed_at": line.period.closed_at.isoformat(),
            "corrections": [
                {"period": row.about.period, "net": row.amount, "bps": row.about.bps, "share_bps": share}
                for row, share in self.corrections
            ],
            "receipt": self.row.receipt, "entry": self.entry.decode(), "openings": self.openings, "proof": self.proof,
        }  # fmt: skip


def statements_of(member: Member, *, after: str = "", before: str = "") -> Page[Row]:
    """Return a page of a maker's lines, the newest first, in three queries."""
    rows = RoyaltyLine.objects.filter(creator__member=member).select_related(*_WITH)
    page: Page[RoyaltyLine] = paged(rows, Order("id"), size=limits.STATEMENTS_A_PAGE, after=after, before=before)
    return Page(_placed(page.items, member), page.next, page.previous)


def totals_of(member: Member) -> list[tuple[str, int, int]]:
    """Return (unit, sum of all lines, sum that reached the account), a row a unit."""
    rows = RoyaltyLine.objects.filter(creator__member=member).values_list("period__unit").order_by("period__unit")
    paid = dict(rows.filter(transfer_id__isnull=False).annotate(Sum("amount")))
    return [(unit, total, paid.get(unit, 0)) for unit, total in rows.annotate(Sum("amount"))]


def open_agreements(member: Member) -> list[Agreement]:
    """Return the newest agreements that wait for a maker's yes."""
    makers = Creator.objects.filter(member=member, state="agreed").values_list("pk", "idea_id")
    mine = {idea: pk for pk, idea in makers}
    newest: dict[int, Agreement] = {}
    for row in Agreement.objects.filter(idea__in=mine).select_related("idea").order_by("idea_id", "version"):
        newest[row.idea_id] = row
    asked = [one for one in newest.values() if mine[one.idea_id] in {part["creator"] for part in one.shares}]
    given = set(Agreement.objects.filter(acceptances__creator__in=mine.values()).values_list("pk", flat=True))
    return [one for one in asked if one.pk not in given]


def statement(member: Member, line_id: int) -> Statement:
    """Return one of a maker's own lines; raises NotFound."""
    found = RoyaltyLine.objects.filter(creator__member=member, pk=line_id).select_related(*_WITH).first()
    if found is None:
        raise NotFound
    row = _placed([found], member)[0]
    entry = Submission.objects.filter(key=f"royalty.line:{found.pk}").select_related("log").first()
    if entry is None:
        raise NotFound
    standing = standing_of(entry)
    openings = Opening.objects.filter(submission=entry, member=member).order_by("field")
    told = [{"field": one.field, "value": one.value, "salt": bytes(one.salt).hex()} for one in openings]
    return Statement(
        row, _corrections(found), body_of(entry), proof_for(entry), told, standing.state, standing.seen, standing.k
    )


def _corrections(line: RoyaltyLine) -> list[tuple[RoyaltyCorrection, int]]:
    """Return what the line corrects, each with the maker's part in the period that it is about."""
    rows = list(line.period.corrected.select_related("about").order_by("pk"))
    shares = dict(
        RoyaltyLine.objects.filter(creator=line.creator_id, period__in=[row.about_id for row in rows]).values_list(
            "period_id", "share_bps"
        )
    )
    return [(row, shares.get(row.about_id, 0)) for row in rows]


def _placed(lines: list[RoyaltyLine], member: Member) -> list[Row]:
    """Return lines with their places in the book."""
    keys = {f"royalty.line:{line.pk}": line for line in lines}
    entries = {one.key: one for one in Submission.objects.filter(key__in=keys).select_related("log")}
    codes = dict(
        Receipt.objects.filter(submission__in=entries.values(), member=member).values_list("submission_id", "code")
    )
    found = []
    for key, line in keys.items():
        entry = entries.get(key)
        leaf = entry.leaf if entry and not entry.earlier else None
        found.append(Row(line, leaf, codes.get(entry.pk, "") if entry else ""))
    return found
