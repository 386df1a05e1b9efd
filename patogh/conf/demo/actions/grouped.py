"""Groups of people by a rule, filled as the worker would."""

from __future__ import annotations

from patogh.conf.demo.actions.known import World
from patogh.conf.demo.outside import outside
from patogh.segments import actions as segments


def group(world: World) -> None:
    """Make the groups of the story and ask their rules of everybody."""
    for row in outside("people")["segment"]:
        segments.make_segment(row["name"], row["rule"], by=world.by["ardalan"], about=row["about"])
    while segments.fill_on():
        pass
