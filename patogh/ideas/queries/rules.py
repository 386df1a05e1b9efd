"""Which rules hold for an idea: its stations, as they were fixed when it was published."""

from __future__ import annotations

from dataclasses import replace

from patogh.ideas.models import Idea, Programme, RuleVersion
from patogh.ideas.terms import Station, Terms, terms_of
from patogh.kit.errors import NotFound


def terms_for(programme: Programme) -> Terms:
    """Return the terms that a new idea of this programme is bound to; raises NotFound for one without rules."""
    if programme.rules is None:
        raise NotFound
    return terms_of(programme.rules)


def thresholds_for(idea: Idea) -> list[int]:
    """Return the stations that an idea gets when it is published now: those of its rules, the last one adapted."""
    terms = terms_of(idea.rules)
    thresholds = [station.supporters for station in terms.stations]
    if terms.is_adaptive:
        thresholds[-1] = max(thresholds[-1], idea.programme.last_threshold)
    return thresholds


def stations_of(idea: Idea) -> tuple[Station, ...]:
    """Return an idea's own stations; before it is published, those that it would get now."""
    terms = terms_of(idea.rules)
    thresholds = idea.thresholds or thresholds_for(idea)
    return tuple(
        replace(station, supporters=int(count)) for station, count in zip(terms.stations, thresholds, strict=False)
    )


def missing_to(threshold: int, supporters: int) -> int:
    """Return how many supporters a station still needs."""
    return max(0, threshold - supporters)


def version_of(programme: Programme, number: int | None = None) -> RuleVersion:
    """Return one version of a programme's rules, the running one without a number; raises NotFound."""
    rows = RuleVersion.objects.select_related("programme", "made_by").filter(programme=programme)
    found = rows.filter(pk=programme.rules_id or 0) if number is None else rows.filter(number=number)
    version = found.first()
    if version is None:
        raise NotFound
    return version


def versions_of(programme: Programme) -> list[RuleVersion]:
    """Return the versions of a programme's rules, newest first."""
    return list(RuleVersion.objects.select_related("made_by").filter(programme=programme).order_by("-number")[:200])
