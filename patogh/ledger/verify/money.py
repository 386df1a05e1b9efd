"""The money of a log, replayed: every transfer sums to zero, and the trial balances are what the transfers give."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

from patogh.ledger.verify.report import Report

TRANSFERS: Final = frozenset({"points.transfer.v1", "money.transfer.v1"})
BALANCE: Final = "trial_balance.v1"
OPENED: Final = "log.opened.v1"
MEMBERS: Final = "member"
Totals = Counter[tuple[str, str]]


_LINE: Final = re.compile(r'\{"(?:a":"([a-z_]+):[^"]*|c":"[0-9a-f]+)","n":(-?[0-9]+)\}')


def lines_in(text: str) -> list[tuple[str, int]]:
    """Return the lines of a transfer whose bytes are known to keep its schema, without taking the JSON apart."""
    return [(name or MEMBERS, int(amount)) for name, amount in _LINE.findall(text)]


def lines_of(entry: dict[str, Any]) -> list[tuple[str, int]]:
    """Return class and amount of each line: a commitment is a member's, a house account's class is its first word."""
    return [(str(line["a"]).partition(":")[0] if "a" in line else MEMBERS, line["n"]) for line in entry["lines"]]


@dataclass
class Purse:
    """The transfers of some entries one after another: how many of each unit, and what they move between classes."""

    transfers: Counter[str] = field(default_factory=Counter)
    totals: Totals = field(default_factory=Counter)

    def add(self, unit: str, lines: list[tuple[str, int]]) -> int:
        """Add a transfer and return what its lines sum to, which should be zero."""
        total, totals = 0, self.totals
        for name, amount in lines:
            total += amount
            totals[unit, name] += amount
        self.transfers[unit] += 1
        return total


@dataclass
class Replay:
    """The whole log's money, in the order of its lines."""

    purse: Purse = field(default_factory=Purse)
    balances: int = 0
    brought: int = 0

    def open(self, index: int, entry: dict[str, Any], report: Report) -> None:
        """Begin with what an earlier log left, which only its first line may say; this log alone does not prove it."""
        if index:
            return
        for row in entry.get("balances", ()):
            self.purse.transfers[row["unit"]] += row["transfers"]
            self.brought += row["transfers"]
            for line in row["classes"]:
                self.purse.totals[row["unit"], line["class"]] += line["n"]
        if self.brought:
            report.leave("limit.brought")

    def absorb(self, purse: Purse) -> None:
        """Take the transfers of the next stretch of entries."""
        self.purse.transfers.update(purse.transfers)
        for key, amount in purse.totals.items():  # Counter.update would do, but says less
            self.purse.totals[key] += amount

    def balance(self, index: int, entry: dict[str, Any], report: Report) -> None:
        """Compare a trial balance with what the transfers before it give."""
        self.balances += 1
        unit = entry["unit"]
        told = {row["class"]: row["n"] for row in entry["classes"]}
        found = {name: amount for (of, name), amount in self.purse.totals.items() if of == unit}
        if "transfers" in entry and entry["transfers"] != self.purse.transfers[unit]:
            about = {"name": f"transfers {unit}", "told": entry["transfers"], "found": self.purse.transfers[unit]}
            report.object("money.balance", index=index, **about)
        for name in sorted({*told, *found}):
            if told.get(name, 0) != found.get(name, 0):
                about = {"name": f"{name} {unit}", "told": told.get(name, 0), "found": found.get(name, 0)}
                report.object("money.balance", index=index, **about)

    def conclude(self, report: Report) -> None:
        """Say what is known of the money at the end."""
        sums: Counter[str] = Counter()
        for (unit, _name), amount in self.purse.totals.items():
            sums[unit] += amount
        for unit, total in sums.items():
            if total:
                report.object("money.class_sum", unit=unit, sum=total)
        count = self.purse.transfers.total()
        report.facts["money"] = {
            unit: {name: amount for (of, name), amount in sorted(self.purse.totals.items()) if of == unit}
            for unit in sorted(self.purse.transfers)
        }
        if count and not report.objects("money.unbalanced", "money.balance", "money.class_sum"):
            report.prove("ok.money", count=count - self.brought, balances=self.balances)
        if count:
            report.leave("limit.members")
