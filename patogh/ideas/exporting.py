"""A round as a table for spreadsheets: CSV and XLSX, with what this reader may see and nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from patogh.ideas import limits
from patogh.ideas.models import Batch
from patogh.ideas.queries.review import comparison
from patogh.people.models import Member

# What makes a spreadsheet run a cell, also after blanks; full-width forms are folded first, as spreadsheets do.
DANGEROUS: Final = ("=", "+", "-", "@", "|", "%", "'")
Cell = str | int | float | None


def table(batch: Batch, viewer: Member) -> Iterator[list[Cell]]:
    """Give the head and the rows of a round's comparison as `viewer` sees it: sealed marks are empty cells."""
    english = viewer.language == "en"
    names = [str(one["en" if english and one.get("en") else "fa"]) for one in batch.criteria]
    yield [
        _("Number"), _("Idea"), _("Author"), _("Category"), _("Supporters"), _("Supporters with a signal"), _("Middle price"),
        _("Unit"), _("Answers"), _("Scores"), _("Of"), _("Weighted mean"), _("Spread"), _("Lowest"), _("Highest"), *names,
        _("Decision"), _("Reason in Persian"), _("Reason in English"),
    ]  # fmt: skip
    outcomes = {
        "approve": pgettext("decision", "approved"), "decline": pgettext("decision", "not approved"),
        "carry_over": pgettext("decision", "carried over"),
    }  # fmt: skip
    for row in comparison(batch, viewer):
        idea, decided = row.entry.idea, row.decision
        price, unit, answers = row.price or (None, "", 0)
        yield [
            idea.pk, idea.title, idea.author.name, idea.category.name if idea.category else "", idea.supporters_count,
            row.suspect, price, unit, answers, row.given, row.asked, _rounded(row.mean), _rounded(row.spread), _rounded(row.low),
            _rounded(row.high), *(_rounded(row.means.get(one["key"])) for one in batch.criteria),
            outcomes[decided.outcome] if decided else "", decided.reason if decided else "", decided.reason_en if decided else "",
        ]  # fmt: skip


def as_csv(rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return rows as CSV with a byte order mark, so that spreadsheets read it as UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out)
    for row in rows:
        writer.writerow([guarded(cell) if isinstance(cell, str) else "" if cell is None else cell for cell in row])
    return ("\ufeff" + out.getvalue()).encode()


def as_xlsx(rows: Iterable[Sequence[Cell]], title: str, *, right_to_left: bool) -> bytes:
    """Return rows as an XLSX workbook; words are written as words, never as formulas or links."""
    import xlsxwriter

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet(_sheet_name(title))
        if right_to_left:
            sheet.right_to_left()
        head = book.add_format(
            {"bold": True, "text_wrap": True, "valign": "top", "reading_order": 2 if right_to_left else 1}
        )
        body = book.add_format({"valign": "top", "reading_order": 2 if right_to_left else 1})
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                _write(sheet, (at, column), cell, body if at else head)
        sheet.freeze_panes(1, 2)
        sheet.set_column(0, 0, 9)
        sheet.set_column(1, 1, 44)
        sheet.set_column(2, 40, 16)
    return out.getvalue()


def _write(sheet: Any, place: tuple[int, int], cell: Cell, look: Any) -> None:
    """Write one cell as what it is."""
    if cell is None or cell == "":
        sheet.write_blank(*place, None, look)
    elif isinstance(cell, str):
        sheet.write_string(*place, _printable(cell), look)
    else:
        sheet.write_number(*place, cell, look)


def guarded(text: str) -> str:
    """Return a text that no spreadsheet runs."""
    text = _printable(text)
    folded = unicodedata.normalize("NFKC", text).lstrip()
    starts = folded.startswith(DANGEROUS) or text[:1] in ("\t", "\r", "\n")
    return "'" + text if starts else text


def _printable(text: str) -> str:
    """Return a text as a cell holds it: no control characters but line feeds, and no more than a cell takes."""
    kept = "".join(sign for sign in text if sign in "\n\t" or unicodedata.category(sign) not in ("Cc", "Cs"))
    return kept[: limits.EXPORT_CELL_CHARS_MAX]


def _sheet_name(title: str) -> str:
    """Return a name that a sheet may have: 31 characters, no brackets, colons, stars, question marks or slashes, and no apostrophe at its ends."""
    return "".join(" " if sign in "[]:*?/\\" else sign for sign in title).strip(" '")[:31] or "1"


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
