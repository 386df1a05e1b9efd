"""What the team wrote beside people, what it promised them, and when somebody looked."""

from __future__ import annotations

from functools import partial
from typing import Any

from patogh.conf.demo.actions.known import Steps, World
from patogh.conf.demo.outside import outside
from patogh.persons.actions.looking import open_person, reveal_value
from patogh.persons.actions.writing import close_pledge, make_pledge, write_note
from patogh.persons.models import Pledge
from patogh.persons.queries.persons import identities


def notes(world: World) -> Steps:
    """Return notes, pledges and looks."""
    people = outside("people")
    found: Steps = [(world.at(row["at"]), partial(_note, world, row)) for row in people["note"]]
    found += [(world.at(row["at"]), partial(_look, world, row)) for row in people["look"]]
    for row in people["pledge"]:
        found.append((world.at(row["made"]), partial(_pledge, world, row)))
        if "kept" in row:
            found.append((world.at(row["kept"]), partial(_kept, world, row)))
    return found


def _note(world: World, row: dict[str, Any]) -> None:
    write_note(world.person(row["handle"]), row["text"], by=world.by[row["by"]])


def _pledge(world: World, row: dict[str, Any]) -> None:
    person, owner = world.person(row["handle"]), world.by[row["owner"]]
    make_pledge(person, row["text"], world.at(row["due"]), by=world.by[row["by"]], owner=owner)


def _kept(world: World, row: dict[str, Any]) -> None:
    close_pledge(Pledge.objects.get(text=row["text"]), by=world.by[row["owner"]], is_kept=True, words=row["words"])


def _look(world: World, row: dict[str, Any]) -> None:
    """Let somebody open a page, and see an address in full where the story says so."""
    person, by = world.person(row["handle"]), world.by[row["by"]]
    open_person(person, by=by, reason=row["reason"])
    for one in identities(person):
        if one.kind == row.get("reveal"):
            reveal_value(one, by=by, reason=row["reason"])
