"""Following the road and the clock: rules are asked again of those whom something touched, and of nobody else."""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID

from django.utils import timezone

from patogh.activity import upkeep
from patogh.people.models import Identity
from patogh.segments import asked, limits
from patogh.segments.actions.settling import begin_anew, one_at_a_time, settle
from patogh.segments.asking.batch import of_persons
from patogh.segments.models import DueMoment, Touched


@upkeep
def follow_some(most: int = limits.FOLLOWED_PERSONS_MAX) -> int:
    """Ask the rules again of those who were touched first, at most so many rows; returns how many rows there were."""
    one_at_a_time()
    rows = list(Touched.objects.order_by("pk").values_list("pk", "identity_id", "person_id", "verb")[:most])
    if not rows:
        return 0
    owners = dict(Identity.objects.filter(pk__in={row[1] for row in rows if row[1]}).values_list("pk", "person_id"))
    by_verb: defaultdict[str, set[UUID]] = defaultdict(set)
    for _, identity, person, verb in rows:
        whose = person or owners.get(identity or 0)
        if whose is not None:
            by_verb[verb].add(whose)
    _ask(by_verb)
    Touched.objects.filter(pk__in=[row[0] for row in rows]).delete()
    return len(rows)


def _ask(by_verb: dict[str, set[UUID]]) -> None:
    """Ask every live rule of those whom its verbs touched, and all of them of those touched by anything."""
    touched = set().union(*by_verb.values())
    begin_anew(touched)
    everybody = of_persons(touched, timezone.now())
    for segment, rule in asked.rules_in_use().values():
        verbs = {"", *asked.verbs_of(rule)}
        persons = set().union(*(some for verb, some in by_verb.items() if verb in verbs))
        if persons:
            settle(segment, rule, persons, everybody.narrowed(persons), "road")


@upkeep
def turn_some(most: int = limits.TURNED_PERSONS_MAX) -> int:
    """Ask rules again of those for whom time alone may have changed the answer; returns how many moments were due."""
    one_at_a_time()
    now = timezone.now()
    due = list(DueMoment.objects.filter(due_at__lte=now).order_by("due_at", "pk")[:most])
    if not due:
        return 0
    rules = asked.rules_in_use()
    by_segment: defaultdict[int, set[UUID]] = defaultdict(set)
    for row in due:
        by_segment[row.segment_id].add(row.person_id)
    DueMoment.objects.filter(pk__in=[row.pk for row in due]).delete()
    begin_anew({row.person_id for row in due})
    everybody = of_persons({row.person_id for row in due}, now)
    for number, persons in by_segment.items():
        if number in rules:
            settle(*rules[number], persons, everybody.narrowed(persons), "time")
    return len(due)
