"""The second half of an import, once every post is here: members who wrote nothing, and old addresses."""

from __future__ import annotations

import sqlite3
from typing import Final

from patogh.hangout.importing import actions
from patogh.hangout.importing import scratch as scratch_file
from patogh.hangout.importing.addresses import usual
from patogh.hangout.importing.keys import Ids
from patogh.hangout.importing.planning import Planner
from patogh.hangout.models import Tag

_KINDS: Final = ("topic", "post", "member", "space", "tag")


def bring_rest(planner: Planner, place: actions.Place | None) -> None:
    """Bring in what is not a post; without a place only count it."""
    _members(planner, place)
    if place:
        for record in scratch_file.spaces(planner.scratch):
            if record.members and record.key in place.spaces:
                actions.let_members_in(place.spaces[record.key], record.members, place.source)
    if place:
        _addresses(planner.scratch, place)


def _members(planner: Planner, place: actions.Place | None) -> None:
    """Stage the members who come although they wrote nothing."""
    for keys in scratch_file.staying(planner.scratch):
        fresh = planner.new_members(set(keys))
        planner.report.new["members"] += len(fresh)
        if place and fresh:
            actions.load_members(fresh, place.source)


def _addresses(scratch: sqlite3.Connection, place: actions.Place) -> None:
    """Remember old addresses whose things are here."""
    ids = Ids(place.source)
    look_up = {"topic": ids.topics, "post": ids.posts, "member": ids.members, "space": ids.spaces, "tag": _tags}
    for rows in scratch_file.addresses(scratch):
        found = []
        for kind in _KINDS:
            own = [(path, key) for path, its_kind, key in rows if its_kind == kind]
            known = look_up[kind]([key for _, key in own]) if own else {}
            found += [(address, kind, known[key]) for path, key in own if key in known and (address := usual(path))]
        if found:
            actions.remember_addresses(found, place.source)


def _tags(names: list[str]) -> dict[str, int]:
    """Return tags' ids by name."""
    return dict(Tag.objects.filter(name__in=names).values_list("name", "pk"))
