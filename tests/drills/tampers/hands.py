"""The hand that changes rows under the eyes of nobody, and the words for what it does."""

from collections.abc import Callable
from typing import Any

Change = Callable[[Any], Any]
Do = Callable[[Any], None]
Deed = tuple[str, str, Do]


class Hand:
    """Changes rows under the eyes of nobody."""

    def __init__(self, cursor: Any) -> None:
        self.cursor = cursor

    def run(self, statement: str, *values: Any) -> list[Any]:
        """Run a statement and return its rows."""
        self.cursor.execute(statement, values)
        return list(self.cursor.fetchall()) if self.cursor.description else []

    def change(self, table: str, column: str, change: Change, where: str = "1 = 1", row: int = 0) -> None:
        """Put a changed value into the `row`-th row of those that are meant."""
        name = f"ledger_{table}"
        rows = self.run(f"SELECT id, {column} FROM {name} WHERE {where} ORDER BY id")
        assert len(rows) > row, (table, column, where)
        key, value = rows[row]
        value = bytes(value) if isinstance(value, memoryview) else value
        self.run(f"UPDATE {name} SET {column} = %s WHERE id = %s", change(value), key)

    def drop(self, table: str, where: str = "1 = 1") -> None:
        """Delete one row, with nothing else."""
        name = f"ledger_{table}"
        self.run(f"DELETE FROM {name} WHERE id = (SELECT id FROM {name} WHERE {where} ORDER BY id DESC LIMIT 1)")


def bit(place: float) -> Change:
    """Turn over a bit of bytes, or change one letter, at a share of its length."""

    def change(value: Any) -> Any:
        at = min(int(len(value) * place), len(value) - 1)
        if isinstance(value, str):
            return value[:at] + ("b" if value[at] != "b" else "c") + value[at + 1 :]
        return value[:at] + bytes([value[at] ^ 1]) + value[at + 1 :]

    return change


def more(amount: int) -> Change:
    """Add to a number."""
    return lambda value: value + amount


def to(wanted: Any) -> Change:
    """Put a value in."""
    return lambda _value: wanted


def one(kind: str, name: str, table: str, column: str, change: Change, where: str = "1 = 1", row: int = 0) -> Deed:
    """Return a tampering with one value."""
    return f"rows.{kind}", name, lambda hand: hand.change(table, column, change, where, row)


def gone(kind: str, table: str, where: str = "1 = 1") -> Deed:
    """Return a tampering that deletes a row."""
    return f"rows.{kind}", f"{table} gone where {where}", lambda hand: hand.drop(table, where)


def several(kind: str, name: str, *statements: str) -> Deed:
    """Return a tampering with several statements."""

    def do(hand: Hand) -> None:
        for statement in statements:
            hand.run(statement)

    return f"rows.{kind}", name, do


def at_another_time(row: int) -> Do:
    """One second after the newest: a time at which no witness has a line under the same seal yet."""

    def do(hand: Hand) -> None:
        [(newest,)] = hand.run("SELECT MAX(timestamp) FROM ledger_cosignature")
        hand.change("cosignature", "timestamp", to(newest + 1), row=row)

    return do


def to_another_seal(hand: Hand) -> None:
    """Put the oldest line under the newest seal, at a time that is free there."""
    [(newest, last)] = hand.run(
        "SELECT MAX(timestamp), (SELECT MAX(id) FROM ledger_sealedcheckpoint) FROM ledger_cosignature"
    )
    [(oldest, seal)] = hand.run("SELECT id, checkpoint_id FROM ledger_cosignature ORDER BY id LIMIT 1")
    assert seal != last, "the book of the drill has one seal only"
    statement = "UPDATE ledger_cosignature SET timestamp = %s, checkpoint_id = %s WHERE id = %s"
    hand.run(statement, newest + 9, last, oldest)
