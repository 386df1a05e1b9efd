"""A statement as a PDF: shaped right to left (HarfBuzz), with its proof and its file attached (fpdf2)."""

from __future__ import annotations

import json
from datetime import UTC
from pathlib import Path
from typing import Any, Final

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from patogh.ideas.royalties import months
from patogh.ideas.royalties.queries.statements import Statement
from patogh.ideas.royalties.sums import FINE
from patogh.kit import calendar, numbers
from patogh.kit.calendar import Viewer
from patogh.kit.money import Money
from patogh.people.models import Member

FONTS: Final = Path(__file__).parents[1] / "static" / "ideas" / "fonts"
INK, SOFT, STAR, SAND = (38, 33, 26), (87, 79, 67), (41, 64, 125), (231, 221, 203)
MARGIN_MM, WIDTH_MM, ROW_MM = 20, 170, 9
Rows = list[tuple[str, str]]
ATTACHED: Final = gettext_noop(
    "Attached are the line of the open book, its proof, and what opens it. "
    "Any program that reads C2SP .tlog-proof files can check them without this house."
)


def pdf_of(statement: Statement, member: Member, brand: str) -> bytes:
    """Return one statement in its maker's language and digits, with `share.json` and `line.tlog-proof` in it."""
    viewer = member.viewer
    with translation.override(viewer.language):
        page = _Page(viewer)
        line, period = statement.row.line, statement.row.line.period
        title = _("Statement of the makers’ share")
        page.begin(title, f"{brand} · {months.words(period.period, viewer)}", period.closed_at.astimezone(UTC))
        page.said(member.name, f"“{period.idea.title}”" if viewer.language == "en" else f"«{period.idea.title}»")
        page.table(_("What was sold"), _sold(statement, viewer))
        page.table(_("How it is counted"), _counted(statement, viewer))
        page.total(_("Your share"), Money(line.amount, period.unit).format(viewer))
        page.table(_("In the open book"), _proved(statement, viewer))
        page.small(_(ATTACHED))
        page.attach("share.json", json.dumps(statement.as_json(), ensure_ascii=False, indent=1).encode())
        if statement.proof:
            page.attach("line.tlog-proof", statement.proof.encode())
        return page.bytes()


def _sold(statement: Statement, viewer: Viewer) -> Rows:
    row = statement.row.line.period
    return [
        (_("Pieces, returns taken off"), numbers.number(row.units_sold, viewer)),
        (_("Sales"), Money(row.gross, row.unit).format(viewer)),
        (_("Returns"), Money(row.returns, row.unit).format(viewer)),
        (_("Net sales"), Money(row.net, row.unit).format(viewer)),
    ]


def _counted(statement: Statement, viewer: Viewer) -> Rows:
    line, unit = statement.row.line, statement.row.line.period.unit
    rows = [
        (_("The makers’ share of net sales"), _bps(line.period.bps, viewer)),
        (_("Your part of it"), _bps(line.share_bps, viewer)),
    ]
    for row, part in statement.corrections:
        name = _("Correction of %(month)s, known later") % {"month": months.words(row.about.period, viewer)}
        rows.append(
            (name, f"{Money(row.amount, unit).format(viewer)} × {_bps(row.about.bps, viewer)} × {_bps(part, viewer)}")
        )
    rows.append((_("Left by rounding before"), _rest(line.carried_in, viewer)))
    if line.owed_in:
        rows.append((_("Debt of earlier months"), Money(line.owed_in, unit).format(viewer)))
    rows.append((_("Left by rounding, for the next month"), _rest(line.carried_out, viewer)))
    if line.owed_out:
        rows.append((_("Debt that goes on to the next month"), Money(line.owed_out, unit).format(viewer)))
    return rows


def _proved(statement: Statement, viewer: Viewer) -> Rows:
    leaf = statement.row.leaf
    seen, needed = (numbers.number(count, viewer) for count in (statement.seen, statement.needed))
    return [
        (_("Line"), numbers.number(leaf, viewer) if leaf is not None else _("waits")),
        (_("Receipt"), statement.row.receipt or "–"),
        (_("Witnesses"), _("%(seen)s, %(needed)s are needed") % {"seen": seen, "needed": needed}),
        (_("Closed"), calendar.stamp(statement.row.line.period.closed_at, viewer)),
        (_("Agreement"), f"{statement.row.line.period.agreement.sha256[:16]}…"),
    ]


def _bps(bps: int, viewer: Viewer) -> str:
    text = numbers.number(bps / 100, viewer, places=2)
    return f"{text}٪" if viewer.language == "fa" else f"{text}%"


def _rest(carried: int, viewer: Viewer) -> str:
    return f"{numbers.number(carried, viewer)} / {numbers.number(FINE, viewer)}"


class _Page:
    """One A4 page, written from the side at which its language begins."""

    def __init__(self, viewer: Viewer) -> None:
        from fpdf import FPDF

        self.is_rtl = viewer.language == "fa"
        self.pdf: Any = FPDF(format="A4")
        self.pdf.set_margin(MARGIN_MM)
        self.pdf.set_auto_page_break(True, margin=MARGIN_MM)
        for style, name in (("", "Regular"), ("B", "Bold")):
            self.pdf.add_font("Vazirmatn", style, FONTS / f"Vazirmatn-{name}.ttf")
        self.pdf.set_text_shaping(True, direction="rtl" if self.is_rtl else "ltr")
        self.pdf.set_lang(viewer.language)
        self.start, self.end = ("R", "L") if self.is_rtl else ("L", "R")

    def begin(self, title: str, under: str, made_at: Any) -> None:
        """Write the title; the file's own date is the closing's, so that the same statement is the same file."""
        self.pdf.set_title(title)
        self.pdf.set_creation_date(made_at)
        self.pdf.add_page()
        self._write(title, 20, bold=True, height=12)
        self._write(under, 11, colour=SOFT)

    def said(self, *lines: str) -> None:
        """Write a few lines of people's own words."""
        self.pdf.ln(4)
        for text in lines:
            self._write(_plain(text), 12, bold=True)

    def table(self, heading: str, rows: Rows) -> None:
        """Write rows of a name and a value, hairlines between."""
        self.pdf.ln(5)
        self._write(heading, 13, bold=True)
        self.pdf.set_draw_color(*SAND)
        for name, value in rows:
            self._pair(name, value, 10.5, ROW_MM)
            self.pdf.line(MARGIN_MM, self.pdf.get_y(), MARGIN_MM + WIDTH_MM, self.pdf.get_y())

    def total(self, name: str, value: str) -> None:
        """Write what it comes to."""
        self.pdf.ln(2)
        self._pair(name, value, 15, 12, bold=True, colour=STAR)

    def small(self, text: str) -> None:
        """Write a note."""
        self.pdf.ln(4)
        self._write(text, 9, colour=SOFT)

    def attach(self, name: str, body: bytes) -> None:
        """Put a file into the PDF."""
        self.pdf.embed_file(bytes=body, basename=name, desc=name)

    def bytes(self) -> bytes:
        """Return the file."""
        return bytes(self.pdf.output())

    def _pair(
        self, name: str, value: str, size: float, height: float, *, bold: bool = False, colour: Any = INK
    ) -> None:
        cells = [(_plain(name), self.start, 80), (_plain(value), self.end, WIDTH_MM - 80)]
        self.pdf.set_font("Vazirmatn", "B" if bold else "", size)
        for text, align, width in reversed(cells) if self.is_rtl else cells:
            self.pdf.set_text_color(*colour)
            self.pdf.cell(width, height, text, align=align)
        self.pdf.ln(height)

    def _write(self, text: str, size: float, *, bold: bool = False, colour: Any = INK, height: float = 7) -> None:
        self.pdf.set_font("Vazirmatn", "B" if bold else "", size)
        self.pdf.set_text_color(*colour)
        self.pdf.multi_cell(WIDTH_MM, height, _plain(text), align=self.start, new_x="LMARGIN", new_y="NEXT")


def _plain(text: str) -> str:
    """Return a text of one line, without control characters and marks of direction."""
    return "".join(letter for letter in " ".join(text.split()) if letter.isprintable() or letter == "\u200c")
