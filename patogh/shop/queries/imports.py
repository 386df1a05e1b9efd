"""Files that were read, and what of them was refused."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from patogh.kit.errors import NotFound
from patogh.kit.pages import Order as Sorting
from patogh.kit.pages import Page, paged
from patogh.shop.models import Import, Refusal
from patogh.shop.words import refusal_words

BY_AGE = Sorting("started_at")


def imports(*, after: str | None = None, before: str | None = None) -> Page[Import]:
    """Return one page of the files and batches, the newest first."""
    return paged(Import.objects.select_related("brought_by"), BY_AGE, after=after, before=before)


def one_import(pk: int) -> Import:
    """Return one file or batch; raises NotFound."""
    found = Import.objects.select_related("brought_by").filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def waiting_count() -> int:
    """Return how many files wait or are being read, as far as a bound needs it."""
    return Import.objects.filter(state__in=("asked", "reading")).exclude(file="").count()


def unfinished(source: str, kind: str, sha256: str) -> Import | None:
    """Return the reading of this very file from outside that was begun and not ended, if there is one."""
    return (
        Import.objects.filter(source=source, kind=kind, sha256=sha256, state="reading", file="").order_by("-pk").first()
    )


def first_refusals(brought: Import, size: int = 20) -> list[Refusal]:
    """Return the first rows that were refused."""
    return list(Refusal.objects.filter(brought=brought).order_by("pk")[:size])


def refusals_csv(brought: Import) -> Iterator[str]:
    """Yield every refused row as CSV: its number in the file, the code of the reason and its words."""
    rows = csv.writer(_Echo())
    yield "\ufeff"
    yield rows.writerow(["row", "code", "reason", "taken"])
    for one in Refusal.objects.filter(brought=brought).order_by("pk").iterator(chunk_size=1_000):
        yield rows.writerow([one.row, one.code, refusal_words(one.code, _plain(one.part)), int(one.is_taken)])


def _plain(text: str) -> str:
    """Return words of a stranger so that a spreadsheet does not calculate with them."""
    return f"'{text}" if text[:1] in "=+-@\t\r" else text


class _Echo:
    """A file that gives back what is written into it."""

    def write(self, text: str) -> str:
        """Return the line."""
        return text
