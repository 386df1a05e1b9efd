"""The full-text index of each database behind one face: tokens in, tokens out. Only `search.actions` writes here.

SQLite: a contentless FTS5 table without positions (the smallest and quickest form); a row is taken out by naming its
old tokens, which `search.tokens` computes again from the stored document. PostgreSQL: a tsvector with a GIN index.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from django.db import connection

Row = tuple[int, set[str]]


class Index(Protocol):
    """What both databases can do."""

    def add(self, rows: Iterable[Row]) -> None:
        """Make documents findable by their tokens."""

    def adding_newest(self, words: set[str]) -> tuple[str, list[Any]]:
        """Return the statement that makes the document findable that the statement before it inserted."""

    def remove(self, rows: Iterable[Row]) -> None:
        """Take documents out again; the tokens are those they were added with."""

    def clear(self) -> None:
        """Take everything out."""

    def settle(self) -> None:
        """Merge what many additions left in pieces."""


class FullTextTable:
    """SQLite's FTS5."""

    def add(self, rows: Iterable[Row]) -> None:
        """Insert rows."""
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO search_index(rowid, words) VALUES (%s, %s)", [(pk, _line(words)) for pk, words in rows]
            )

    def adding_newest(self, words: set[str]) -> tuple[str, list[Any]]:
        """Return the INSERT of a row under the number that was given last."""
        return "INSERT INTO search_index(rowid, words) VALUES (last_insert_rowid(), %s)", [_line(words)]

    def remove(self, rows: Iterable[Row]) -> None:
        """Insert FTS5's delete markers, which must name exactly what was added."""
        sql = "INSERT INTO search_index(search_index, rowid, words) VALUES ('delete', %s, %s)"
        with connection.cursor() as cursor:
            cursor.executemany(sql, [(pk, _line(words)) for pk, words in rows])

    def clear(self) -> None:
        """Drop all rows at once."""
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO search_index(search_index) VALUES ('delete-all')")

    def settle(self) -> None:
        """Merge all segments into one."""
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO search_index(search_index) VALUES ('optimize')")


class VectorTable:
    """PostgreSQL's tsvector."""

    def add(self, rows: Iterable[Row]) -> None:
        """Insert rows, or put new words in place of old ones."""
        sql = (
            "INSERT INTO search_index(id, words) VALUES (%s, array_to_tsvector(%s)) "
            "ON CONFLICT (id) DO UPDATE SET words = EXCLUDED.words"
        )
        with connection.cursor() as cursor:
            cursor.executemany(sql, [(pk, sorted(words)) for pk, words in rows])

    def adding_newest(self, words: set[str]) -> tuple[str, list[Any]]:
        """Return the INSERT of a row under the number that was given last."""
        return "INSERT INTO search_index(id, words) VALUES (lastval(), array_to_tsvector(%s))", [sorted(words)]

    def remove(self, rows: Iterable[Row]) -> None:
        """Delete rows."""
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM search_index WHERE id = ANY(%s)", [[pk for pk, _ in rows]])

    def clear(self) -> None:
        """Delete all rows (not TRUNCATE, which would wait for every reader)."""
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM search_index")

    def settle(self) -> None:
        """Bring the planner's figures up to date."""
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE search_index")


def index() -> Index:
    """Return the index of the database in use."""
    return FullTextTable() if connection.vendor == "sqlite" else VectorTable()


def _line(words: set[str]) -> str:
    return " ".join(words)
