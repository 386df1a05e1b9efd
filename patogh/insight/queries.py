"""What was measured last."""

from __future__ import annotations

from typing import Any

from patogh.insight.models import Snapshot
from patogh.people.models import Member


def snapshots() -> dict[str, Snapshot]:
    """Return the newest result of every measure by its name; one query."""
    return {row.name: row for row in Snapshot.objects.all()}


def carriers(load: dict[str, Any]) -> list[tuple[Member, dict[str, Any]]]:
    """Return the moderators of a load snapshot with their rows, those who are still members; one query."""
    rows = load.get("moderators", [])
    people = Member.objects.in_bulk([row["member"] for row in rows])
    return [(people[row["member"]], row) for row in rows if row["member"] in people]
