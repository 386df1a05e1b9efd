"""What an import did, or would do: counts, and every row that was left out with its line and the reason."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

from patogh.hangout.importing.records import Skipped

SKIPPED_KEPT_MAX: Final = 10_000
_OF_ONE_ROW: Final = re.compile(r": | at place| \(")
COUNTS: Final = ("members", "topics", "posts", "accepted", "tags")


@dataclass(slots=True)
class Report:
    """The figures of one import. `posts` counts replies only; `already` and `changed` count topics and replies together."""

    file: str
    source: str
    space: str
    dry_run: bool
    rows: int = 0
    new: Counter[str] = field(default_factory=Counter)
    already: int = 0
    changed: list[Skipped] = field(default_factory=list)
    changed_count: int = 0
    skipped: list[Skipped] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)
    remarks: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    def skip(self, skipped: Skipped) -> None:
        """Note a row that is left out; past SKIPPED_KEPT_MAX only its reason is counted."""
        self.reasons[_kind_of_reason(skipped.why)] += 1
        if len(self.skipped) < SKIPPED_KEPT_MAX:
            self.skipped.append(skipped)

    def leave(self, changed: Skipped) -> None:
        """Note a row that says something else than when it was imported, and is left as it is here."""
        self.changed_count += 1
        if len(self.changed) < SKIPPED_KEPT_MAX:
            self.changed.append(changed)

    @property
    def skipped_count(self) -> int:
        """How many rows were left out."""
        return self.reasons.total()

    def as_json(self) -> dict[str, Any]:
        """Return everything as plain values."""
        return {
            "file": self.file, "source": self.source, "space": self.space, "dry_run": self.dry_run, "rows": self.rows,
            "new": {name: self.new[name] for name in (*COUNTS, *self._others)}, "already": self.already,
            "changed": {"count": self.changed_count, "rows": [_row(row) for row in self.changed]},
            "skipped": {"count": self.skipped_count, "reasons": dict(self.reasons), "rows": [_row(row) for row in self.skipped]},
            "remarks": dict(self.remarks), "seconds": round(self.seconds, 2),
        }  # fmt: skip

    @property
    def _others(self) -> list[str]:
        """What came besides what every import has."""
        return sorted(name for name, count in self.new.items() if count and name not in COUNTS)

    def lines(self, rows_max: int = 40) -> list[str]:
        """Return the report for people, at most `rows_max` rows of each list."""
        came = "would come" if self.dry_run else "came"
        wrote = " (dry run: nothing was written)" if self.dry_run else ""
        written = [
            f"{self.file} into the space {self.space!r} as {self.source}{wrote}",
            "",
            f"  {came:<12} {'topics':>9} {'replies':>9} {'accepted':>9} {'members':>9} {'new tags':>9}",
            f"  {'':<12}"
            + "".join(f" {self.new[name]:>9,}" for name in ("topics", "posts", "accepted", "members", "tags")),
            *([f"  and {', '.join(f'{self.new[name]:,} {name}' for name in self._others)}"] if self._others else []),
            f"  rows read {self.rows:,} · here already {self.already:,} · changed since {self.changed_count:,} · left out {self.skipped_count:,}",
        ]
        if self.changed:
            written += [
                "",
                "Changed since they came; left as they are here:",
                *_listed(self.changed, self.changed_count, rows_max),
            ]
        if self.skipped:
            written += ["", "Left out:", *(f"  {count:>9,}  {why}" for why, count in self.reasons.most_common())]
            written += ["", "  line       Id         why", *_listed(self.skipped, self.skipped_count, rows_max)]
        written += [
            "",
            *(f"Note: {what}{f' ({count:,})' if count > 1 else ''}." for what, count in self.remarks.items()),
        ]
        return written if self.remarks else written[:-1]


def _row(row: Skipped) -> dict[str, Any]:
    return {"line": row.line, "id": row.key, "why": row.why}


def _listed(rows: list[Skipped], count: int, rows_max: int) -> list[str]:
    shown = [f"  {row.line:<10} {row.key or '-':<10} {row.why}" for row in rows[:rows_max]]
    return shown + ([f"  … and {count - rows_max:,} more (--json lists them)"] if count > rows_max else [])


def _kind_of_reason(why: str) -> str:
    """Return a reason without what belongs to one row only."""
    head = _OF_ONE_ROW.split(why, maxsplit=1)[0]
    return " ".join("…" if word.isdigit() or word.startswith("'") else word for word in head.split())
