"""Emptying a PostgreSQL between two tests that commit: by the rows that are there, not by making every table anew.

Django truncates all of the tables, and PostgreSQL then makes new files for each of them and of its indexes.
"""

from typing import Any


def flush_rows(connection: Any) -> None:
    """Let this connection's flush delete the rows of the tables that hold any, in whatever order."""
    ops, quote = connection.ops, connection.ops.quote_name
    truncated = ops.sql_flush

    def deleted(
        style: Any, tables: list[str], *, reset_sequences: bool = False, allow_cascade: bool = False
    ) -> list[str]:
        if reset_sequences or allow_cascade or not tables:
            found: list[str] = truncated(style, tables, reset_sequences=reset_sequences, allow_cascade=allow_cascade)
            return found
        held = " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT FROM {quote(table)})" for table in tables)
        with connection.cursor() as cursor:
            cursor.execute(held)
            rows = [f"DELETE FROM {quote(table)};" for (table,) in cursor.fetchall()]
        # Until the commit neither foreign keys are asked nor the guards of what is written for good.
        return ["SET LOCAL session_replication_role = replica;", *rows] if rows else []

    ops.sql_flush = deleted
