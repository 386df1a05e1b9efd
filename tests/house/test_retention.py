"""What an inventory says of hours, days or years is enforced: each such word has a rule of the same length, and each rule a word."""

import re

import pytest

from patogh.kit import inventory
from patogh.people.retention import RULES, Rule

NUMBERS = {"a": 1, "one": 1, "two": 2}
DAYS = {"day": 1, "days": 1, "year": 365, "years": 365}
PERIOD = re.compile(r"\b(\d+|a|one|two) (days?|years?)\b")
OF_OTHERS = {"sessions.Session", "usersessions.UserSession"}  # tables that no inventory of ours tells of
SINCE_THE_END = {"api.WebhookEndpoint.secret_old"}  # its column says when the day is over


def days_in(words: str) -> int | None:
    """How many days a retention names, if it names any."""
    found = PERIOD.search(words)
    if found is None:
        return None
    count, unit = found.groups()
    return (NUMBERS.get(count) or int(count)) * DAYS[unit]


def promised() -> dict[str, int]:
    """The days by table; a column whose days are others than its table's stands by itself."""
    tables: dict[str, list[tuple[str, int]]] = {}
    for note in inventory.load():
        if days := days_in(note.retention):
            tables.setdefault(f"{note.room}.{note.model}", []).append((note.field, days))
    found = {}
    for table, fields in tables.items():
        columns = [note.field for note in inventory.load() if f"{note.room}.{note.model}" == table]
        longest = max(days for _, days in fields)
        is_whole = len(fields) == len(columns) or table in {rule.name for rule in RULES}
        found |= {table: longest} if is_whole else {}
        found |= {f"{table}.{field}": days for field, days in fields if days != longest or not is_whole}
    return found


def test_every_period_of_an_inventory_is_enforced_at_its_length():
    rules = {rule.name: 1 if rule.name in SINCE_THE_END else rule.days for rule in RULES if rule.label not in OF_OTHERS}
    assert rules == promised()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_each_rule_reads_its_table(db, rule: Rule):
    assert rule.overdue().count() >= 0
