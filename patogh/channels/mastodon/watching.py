"""Statuses that we have, looked at again in turn: what was deleted there goes here, what was changed comes again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import quote, urlencode

from patogh.channels.connectors import facts
from patogh.channels.connectors.contract import Arrival, Unreadable
from patogh.kit.egress import Fetched

WATCHED_MAX: Final = 400
A_LOOK_MAX: Final = 20
DOUBTS_MAX: Final = 5
LOOK_EVERY_S: Final = 600
GONE: Final = frozenset({404, 410})
Ask = Callable[[str], Fetched]


class Watch:
    """Which statuses are watched, as (number, when it was edited), and whose turn it is; `cursor` is changed in place."""

    def __init__(self, cursor: dict[str, Any], now: dt.datetime) -> None:
        self.cursor, self.now = cursor, now
        said = facts.obj(cursor.get("watched"))
        self.known = {str(number): facts.line(edited, 40) for number, edited in said.items()}
        self.gone: list[str] = []
        self.doubts = 0

    def note(self, status: Mapping[str, Any]) -> None:
        """Watch a status from now on; the oldest ones make room."""
        number = facts.line(status.get("id"), 64)
        if number:
            self.known.pop(number, None)
            self.known[number] = facts.line(status.get("edited_at"), 40)
        self._keep()

    def changed(self, ask: Ask) -> list[dict[str, Any]]:
        """Look at the next few, where it is time; returns those that were edited, and fills `gone`. Raises what asking raises."""
        if not self.known or not self._is_time():
            return []
        batch = list(self.known)[:A_LOOK_MAX]
        found = self._found(ask, batch)
        edited = []
        for number in batch:
            status = found.get(number)
            before = self.known.pop(number)
            if status is None:
                self._doubted(ask, number, before)
                continue
            self.known[number] = facts.line(status.get("edited_at"), 40)  # to the end of the row
            if self.known[number] and self.known[number] != before:
                edited.append(status)
        self.cursor["looked_at"] = self.now.isoformat()
        self._keep()
        return edited

    def arrivals(self) -> list[Arrival]:
        """Return that these were deleted."""
        return [
            Arrival(
                key=f"{number}#deleted", kind="event", who=None, happened_at=self.now,
                data={"event": "deleted", "deletes": number},
            )
            for number in self.gone
        ]  # fmt: skip

    def _found(self, ask: Ask, batch: list[str]) -> dict[str, dict[str, Any]]:
        """Return the statuses that are there, by number; empty from a server that knows no asking for many (before 4.3)."""
        got = ask(f"/api/v1/statuses?{urlencode({'id[]': batch}, doseq=True)}")
        try:
            said = facts.objs(facts.loads(got.body)) if got.status == 200 else []
        except Unreadable:
            said = []
        return {facts.line(status.get("id"), 64): status for status in said}

    def _doubted(self, ask: Ask, number: str, before: str) -> None:
        """Ask once more for one that was missing: only a plain "not there" is one; the others keep their turn."""
        self.doubts += 1
        if self.doubts <= DOUBTS_MAX and ask(f"/api/v1/statuses/{quote(number, safe='')}").status in GONE:
            self.gone.append(number)
        else:
            self.known[number] = before

    def _is_time(self) -> bool:
        if "looked_at" not in self.cursor:  # what has just come is there
            self.cursor["looked_at"] = self.now.isoformat()
            return False
        try:
            looked = dt.datetime.fromisoformat(str(self.cursor.get("looked_at")))
            return (self.now - looked).total_seconds() >= LOOK_EVERY_S
        except (ValueError, TypeError):
            return True

    def _keep(self) -> None:
        self.cursor["watched"] = dict(list(self.known.items())[-WATCHED_MAX:])
