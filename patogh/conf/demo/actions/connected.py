"""The channels of the year and what is wrong with some of them, and the sources of events. Nothing of it ever calls anybody:
an address that begins with `MADE_UP` takes no turn of asking or sending (`channels.connectors.actions.turns`).
"""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any, Final

from django.db.models import Count, Max, Q

from patogh.activity import upkeep
from patogh.api.intake.actions.sources import SourceWords, add_source
from patogh.api.models import IntakeKey, IntakeSource
from patogh.channels.connectors import registry
from patogh.channels.connectors.actions import setups
from patogh.channels.connectors.actions.dead import lay_aside
from patogh.channels.connectors.actions.setups import Words
from patogh.channels.connectors.limits import MADE_UP
from patogh.channels.models import Message, Setup
from patogh.conf.demo.actions.known import Steps, World
from patogh.conf.demo.outside import outside

QUIET: Final = dt.timedelta(minutes=11)


def connect(world: World) -> Steps:
    """Return the steps that set the channels and sources up, and those that break them."""
    content = outside("setups")
    there = registry.connectors()
    rows = [row for row in content["setup"] if row["connector"] in there]
    world.opened = {row["key"]: world.at(row["made"]) for row in rows}
    found: Steps = [(world.at(row["made"]), lambda row=row: _set_up(world, row)) for row in rows]  # type: ignore[misc]
    found += [
        (world.at(row["broken"]), lambda row=row: setups.break_setup(world.setups[row["key"]], row["fault"]))  # type: ignore[misc]
        for row in rows
        if "broken" in row
    ]
    found += [(world.at(row["at"]), lambda row=row: _lay(world, row)) for row in content["letter"]]  # type: ignore[misc]
    found += [(world.at(row["made"]), lambda row=row: _source(world, row)) for row in content["source"]]  # type: ignore[misc]
    return found


@upkeep
def finish_setups(world: World) -> None:
    """Let every setup that has messages count what came and left."""
    for setup in world.setups.values():
        if not Message.objects.filter(setup=setup).exists():
            continue
        counts = Message.objects.filter(setup=setup).aggregate(
            came=Count("pk", filter=Q(way="in")), left=Count("pk", filter=Q(way="out")),
            came_at=Max("happened_at", filter=Q(way="in")), left_at=Max("happened_at", filter=Q(way="out")),
        )  # fmt: skip
        last = min(world.now, world.now - QUIET)
        Setup.objects.filter(pk=setup.pk).update(
            came_count=counts["came"], left_count=counts["left"], came_at=counts["came_at"] and min(counts["came_at"], last),
            left_at=counts["left_at"],
        )  # fmt: skip


def _set_up(world: World, row: dict[str, Any]) -> None:
    words = Words(row["name"], {**row.get("plain", {}), **row.get("secrets", {})})
    world.setups[row["key"]] = _made_up(setups.add_setup(row["connector"], words, by=world.by["ardalan"]), row)


@upkeep
def _made_up(setup: Setup, row: dict[str, Any]) -> Setup:
    """Give a setup the address by which everybody knows that it is of the demo."""
    setup.address = f"{MADE_UP}{hashlib.sha256(row['key'].encode()).hexdigest()[:30]}"
    setup.who = row.get("who", "")
    setup.save(update_fields=["address", "who"])
    return setup


def _lay(world: World, row: dict[str, Any]) -> None:
    setup = world.setups[row["setup"]]
    lay_aside(setup, row["body"].encode(), {"form": "poll"}, row["fault"])


def _source(world: World, row: dict[str, Any]) -> None:
    words = SourceWords(
        row["name"], row["kind"], row["users"], is_trusted=row.get("is_trusted", False), origins=row.get("origins", "")
    )
    source, _key = add_source(words, by=world.by["ardalan"])
    world.sources[row["key"]] = _withdrawn(source)


@upkeep
def _withdrawn(source: IntakeSource) -> IntakeSource:
    """Let the key of a source of the demo be one that nobody has: its digest is of other words."""
    digest = hashlib.sha256(f"{source.name}:demo".encode()).hexdigest()
    IntakeKey.objects.filter(source=source).update(digest=digest)
    return source
