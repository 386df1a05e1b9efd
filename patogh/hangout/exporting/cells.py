"""Values as they stand in the neutral folder: JSON's own in JSON Lines, words in CSV, guarded against spreadsheets."""

from __future__ import annotations

import datetime as dt
import json
import re
import unicodedata
from typing import Any, Final

from patogh.hangout.exporting.sheets import Column

DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r", "'")  # what makes a spreadsheet run a cell, and our own guard
GUARD: Final = "'"
NUMBER_MAX: Final = 2**63 - 1
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


class BadCell(ValueError):
    """A value that its column cannot take; the message says which and why."""


def written(value: Any, kind: str) -> Any:
    """Return a stored value as JSON Lines have it."""
    if value is None or kind in {"json", "flag", "number", "real"}:
        return value
    if kind == "time":
        return value.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
    return value.isoformat() if kind == "day" else str(value)


def as_csv(value: Any, kind: str) -> str:
    """Return a value of JSON Lines as a CSV cell; a text that a spreadsheet would run gets an apostrophe in front."""
    if value is None:
        return ""
    if kind == "json":
        return guarded(json.dumps(value, ensure_ascii=False))
    if kind == "flag":
        return "true" if value else "false"
    return guarded(str(value)) if kind == "text" else str(value)


def guarded(text: str) -> str:
    """Return a text that no spreadsheet runs."""
    return GUARD + text if text.startswith(DANGEROUS) else text


def unguarded(text: str) -> str:
    """Undo `guarded`."""
    return text[1:] if text.startswith(GUARD) and text[1:].startswith(DANGEROUS) else text


def read(value: Any, column: Column) -> Any:
    """Return the value that a column stores; None where nothing is given. Raises BadCell."""
    if value is None or (value == "" and column.kind != "text"):
        if column.required:
            raise BadCell(f"{column.name} is missing")
        return None
    value = _READERS[column.kind](value, column)
    if column.required and value == "":
        raise BadCell(f"{column.name} is empty")
    return value


def _text(value: Any, column: Column) -> str:
    if not isinstance(value, str | int):
        raise BadCell(f"{column.name} is no text")
    text = str(value)
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
        if _SURROGATE.search(text):
            raise BadCell(f"{column.name} is not UTF-8")
    if "\x00" in text:
        raise BadCell(f"{column.name} holds a zero byte")
    if column.chars_max and len(text) > column.chars_max:
        raise BadCell(f"{column.name} has more than {column.chars_max} characters")
    if column.choices and text not in column.choices:
        raise BadCell(f"{column.name} is {text[:20]!r}, not one of {', '.join(sorted(filter(None, column.choices)))}")
    return text


def _number(value: Any, column: Column) -> int:
    try:
        number = int(str(value).strip())
    except ValueError as error:
        raise BadCell(f"{column.name} is no whole number") from error
    if isinstance(value, bool) or abs(number) > NUMBER_MAX:
        raise BadCell(f"{column.name} is no whole number that fits")
    return number


def _real(value: Any, column: Column) -> float:
    try:
        return float(value)
    except (TypeError, ValueError) as error:
        raise BadCell(f"{column.name} is no number") from error


def _flag(value: Any, column: Column) -> bool:
    if isinstance(value, bool):
        return value
    words = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
    flag = words.get(str(value).strip().lower())
    if flag is None:
        raise BadCell(f"{column.name} is neither true nor false")
    return flag


def _time(value: Any, column: Column) -> dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(str(value).strip())
        moment = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
        return moment if moment.tzinfo is dt.UTC else moment.astimezone(dt.UTC)
    except (ValueError, OverflowError) as error:
        raise BadCell(f"{column.name} is no time like 2026-11-22T08:30:00Z") from error


def _day(value: Any, column: Column) -> dt.date:
    try:
        return dt.date.fromisoformat(str(value).strip())
    except ValueError as error:
        raise BadCell(f"{column.name} is no day like 2026-11-22") from error


def _json(value: Any, column: Column) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError as error:
        raise BadCell(f"{column.name} is no JSON") from error


def _ref(value: Any, column: Column) -> str:
    key = _text(value, Column(column.name, "text", chars_max=120))
    if not key:
        raise BadCell(f"{column.name} is empty")
    return key


_READERS: Final = {
    "text": _text, "number": _number, "real": _real, "flag": _flag, "time": _time, "day": _day, "json": _json, "ref": _ref,
}  # fmt: skip
