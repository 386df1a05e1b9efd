"""What of a segment may be taken out for a purpose over a channel: only addresses whose consent stands."""

from __future__ import annotations

import csv
import io
import re

from patogh.kit.errors import PatoghError
from patogh.people.consent.aims import Purpose, choosable
from patogh.people.consent.gate import allowed
from patogh.people.consent.routes import way_of
from patogh.people.models import Identity, Member
from patogh.segments import limits
from patogh.segments.errors import PurposeNeeded, TooManyToExport
from patogh.segments.models import Segment
from patogh.segments.queries.segments import steps

_PHONE = re.compile(r"\+\d{6,15}")
Row = tuple[str, str, str, str]


def addresses(segment: Segment, purpose: str, channel: str) -> list[Row]:
    """Return (address, kind, name, language) of everybody in a segment who may be written to; raises TooManyToExport, PurposeNeeded.

    Service asks nobody, so it takes nobody out: what somebody asked for, the house itself sends.
    """
    if purpose not in {one.name for one in purposes()}:
        raise PurposeNeeded
    found: list[Row] = []
    for persons in steps(segment.pk):
        every = list(Identity.objects.filter(person__in=persons).order_by("pk"))
        reached = [row for row in every if way_of(row) == channel]
        try:
            fine = allowed(reached, purpose, channel)
        except PatoghError as error:
            raise PurposeNeeded from error
        accounts = {row.person_id: row.pk for row in every if row.kind == "member"}
        people = {
            one.identity_id: one for one in Member.objects.filter(identity__in=list(accounts.values()), is_active=True)
        }
        for row in reached:
            if row.pk in fine:
                member = people.get(accounts.get(row.person_id, 0))
                found.append((row.value, row.kind, member.name if member else "", member.language if member else ""))
        if len(found) > limits.EXPORT_PEOPLE_MAX:
            raise TooManyToExport(most=limits.EXPORT_PEOPLE_MAX)
    return found


def purposes() -> list[Purpose]:
    """Return what people may be taken out for: what they have a say about, channel by channel."""
    return [one for one in choosable() if one.by_channel]


def csv_of(rows: list[Row]) -> bytes:
    """Return rows as CSV; no cell begins like a formula."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(["address", "kind", "name", "language"])
    table.writerows([calm(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def calm(cell: str) -> str:
    """Return a cell that no spreadsheet runs; a phone number stays one."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) and not _PHONE.fullmatch(cell) else cell
