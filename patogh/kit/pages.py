"""Keyset pages: a list continues after the last row seen, so that page one and page one thousand cost the same."""

from __future__ import annotations

import base64
import binascii
import json
import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from patogh.kit import limits
from patogh.kit.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.db.models import QuerySet

Key = str | int | float | datetime | None
Row = TypeVar("Row")
_INTEGER_MAX = 2**63 - 1
_TEXT_CHARS_MAX = 200


class BadCursor(Invalid):
    """A cursor that this house did not make, or that was cut on the way."""

    code = "bad_cursor"
    sentence = _("This link into the middle of a list is broken. Start again from the top of the list.")


@dataclass(frozen=True, slots=True)
class Cursor:
    """The place in a list: the sorting value of a row and its id, which breaks ties."""

    value: Key
    id: int | str

    def encode(self) -> str:
        """Return the cursor for a URL: base64url of JSON, without padding. Opaque, not secret and not signed."""
        is_time = isinstance(self.value, datetime)
        value = self.value.astimezone(UTC).isoformat() if isinstance(self.value, datetime) else self.value
        raw = json.dumps([value, self.id, int(is_time)], separators=(",", ":"), ensure_ascii=False, allow_nan=False)
        return base64.urlsafe_b64encode(raw.encode()).rstrip(b"=").decode()

    @classmethod
    def decode(cls, text: str) -> Cursor:
        """Return the cursor in a URL; raises BadCursor for anything that `encode` cannot have made."""
        try:
            value, row_id, is_time = _unpacked(text)
            if is_time:
                value = _moment(value)
        except (ValueError, TypeError, OverflowError, RecursionError, binascii.Error) as error:
            raise BadCursor from error
        if not (_is_key(value) and _is_key(row_id)) or row_id is None or isinstance(row_id, float | datetime):
            raise BadCursor
        return cls(value, row_id)


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows of a list, and the encoded cursors (`?after=` and `?before=`) of its neighbours, or None at an end."""

    items: list[Row]
    next: str | None = None
    previous: str | None = None

    def __iter__(self) -> Iterator[Row]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


@dataclass(frozen=True, slots=True)
class Order:
    """How a list is sorted: by `field`, ties by `tie`, both in one direction."""

    field: str
    tie: str = "id"
    descending: bool = True

    def columns(self, *, backwards: bool = False) -> list[str]:
        """Return the order_by() arguments, optionally read from the other end."""
        sign = "-" if self.descending != backwards else ""
        return [sign + self.field] if self.field == self.tie else [sign + self.field, sign + self.tie]

    def beyond(self, cursor: Cursor, *, backwards: bool = False) -> Q:
        """Return the condition for rows strictly past the cursor; its first half lets an index seek."""
        side = "lt" if self.descending != backwards else "gt"
        if self.field == self.tie:
            return Q(**{f"{self.tie}__{side}": cursor.id})
        near = Q(**{f"{self.field}__{side}e": cursor.value})
        past = Q(**{f"{self.field}__{side}": cursor.value})
        tied = Q(**{self.field: cursor.value, f"{self.tie}__{side}": cursor.id})
        return near & (past | tied)

    def of(self, row: object) -> Cursor:
        """Return the cursor that stands on a model instance (`field` and `tie` read as attribute paths)."""
        tie = _read(row, self.tie)
        return Cursor(_read(row, self.field), tie if isinstance(tie, int) else str(tie))


def paged(
    queryset: QuerySet[Any, Row] | QuerySet[Any],
    order: Order,
    *,
    size: int = limits.PAGE_ROWS,
    after: str | None = None,
    before: str | None = None,
) -> Page[Row]:
    """Return one page of a queryset after (or else before) an encoded cursor, in one query of `size` + 1 rows.

    Rows whose sorting value is NULL do not belong in such a list. Raises BadCursor.
    """
    size = max(1, min(size, limits.PAGE_ROWS_MAX))
    backwards = bool(before) and not after
    given = after or before
    if given:
        beyond = order.beyond(Cursor.decode(given), backwards=backwards)
        try:
            queryset = queryset.filter(beyond)
        except (ValueError, TypeError, OverflowError, ValidationError) as error:
            raise BadCursor from error
    rows = list(queryset.order_by(*order.columns(backwards=backwards))[: size + 1])
    return cut(rows, size, order.of, came_from=given, backwards=backwards)


def cut(
    rows: list[Row],
    size: int,
    cursor_of: Callable[[Row], Cursor],
    *,
    came_from: str | None = None,
    backwards: bool = False,
) -> Page[Row]:
    """Return the page of `size` rows from a query that asked for one more (for read models with their own SQL).

    `came_from` is the cursor the reader gave, if any: then there is a page on the side they came from.
    """
    more = len(rows) > size
    items = rows[:size]
    if backwards:
        items.reverse()
    has_next, has_previous = (bool(came_from), more) if backwards else (more, bool(came_from))
    return Page(
        items,
        cursor_of(items[-1]).encode() if items and has_next else None,
        cursor_of(items[0]).encode() if items and has_previous else None,
    )


def _unpacked(text: str) -> tuple[Any, Any, bool]:
    if not text.isascii() or len(text) > limits.CURSOR_CHARS_MAX:
        raise BadCursor
    raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    value, row_id, is_time = json.loads(raw)
    if type(is_time) is not int or is_time not in {0, 1}:
        raise BadCursor
    return value, row_id, bool(is_time)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise BadCursor
    return moment.astimezone(UTC)


def _is_key(value: object) -> bool:
    if isinstance(value, bool):
        return False
    if isinstance(value, int):
        return abs(value) <= _INTEGER_MAX
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, str):
        return len(value) <= _TEXT_CHARS_MAX and value.isprintable()
    return value is None or isinstance(value, datetime)


def _read(row: object, path: str) -> Any:
    for name in path.split("__"):
        row = getattr(row, name)
    return row
