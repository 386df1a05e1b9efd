"""Why somebody is in: the conditions that hold, with what was found."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.utils.translation import gettext as _

from patogh.kit.calendar import Viewer
from patogh.kit.money import CURRENCIES, Money
from patogh.kit.numbers import number
from patogh.segments.asking.batch import Batch
from patogh.segments.asking.verdicts import Verdict, asked
from patogh.segments.rules.nodes import All, Any, Did, Leaf, Not, Rule
from patogh.segments.rules.sentences import leaf_words


def reasons(rule: Rule, batch: Batch, viewer: Viewer) -> dict[UUID, list[str]]:
    """Return for each person of a small batch the conditions that speak for her, in words."""
    said: dict[UUID, list[str]] = {person: [] for person in batch.persons}
    for leaf, is_wanted in _signed(rule, is_wanted=True):
        for person, verdict in asked(leaf, batch).items():
            if verdict.holds == is_wanted:
                said[person].append(_words(leaf, verdict, viewer, is_wanted=is_wanted))
    return said


def _signed(rule: Rule, *, is_wanted: bool) -> Iterator[tuple[Leaf, bool]]:
    if isinstance(rule, Not):
        yield from _signed(rule.part, is_wanted=not is_wanted)
    elif isinstance(rule, All | Any):
        for part in rule.parts:
            yield from _signed(part, is_wanted=is_wanted)
    else:
        yield rule, is_wanted


def _words(leaf: Leaf, verdict: Verdict, viewer: Viewer, *, is_wanted: bool) -> str:
    words = leaf_words(leaf, viewer)
    words = words if is_wanted else _("not: %(what)s") % {"what": words}
    if isinstance(leaf, Did) and verdict.found:
        return _("%(what)s (here: %(count)s)") % {"what": words, "count": _found(leaf, verdict.found, viewer)}
    return words


def _found(leaf: Did, found: int, viewer: Viewer) -> str:
    """Return what was found: times, or money in words."""
    return Money(found, leaf.unit).format(viewer) if leaf.unit in CURRENCIES else number(found, viewer)
