"""A year over every channel: who wrote, was answered, was joined, agreed and was looked at; written by the rooms' own actions
with the clock set back, then hushed: a demo calls nobody.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from patogh.activity import upkeep
from patogh.activity.models import Job, Outbox
from patogh.conf.demo import outside
from patogh.conf.demo.actions.agreed import agreements
from patogh.conf.demo.actions.bought import purchases
from patogh.conf.demo.actions.connected import connect, finish_setups
from patogh.conf.demo.actions.grouped import group
from patogh.conf.demo.actions.joined import joins
from patogh.conf.demo.actions.known import World
from patogh.conf.demo.actions.noted import notes
from patogh.conf.demo.actions.tracked import tracks
from patogh.conf.demo.actions.written import writings
from patogh.ledger.actions import past
from patogh.people.models import Identity
from patogh.persons.matching.tasks import key_persons
from patogh.segments.models import Touched

if TYPE_CHECKING:
    from patogh.conf.demo.actions.talk import Talk

PARTS: Final[tuple[Callable[[World], Any], ...]] = (writings, joins, purchases, agreements, notes, tracks)
AT_ONCE: Final = 100
KEY: Final = "persons.key_persons"


def reach_out(talk: Talk) -> None:
    """Write the year outside of the hangout."""
    before = set(Outbox.objects.filter(state="waiting").values_list("pk", flat=True))
    jobs = set(Job.objects.values_list("pk", flat=True))
    rng = random.Random("reached")  # noqa: S311 - a seeded demo
    world = World(talk, rng, outside.gather(len(talk.members), talk.now))
    steps = [*connect(world)]
    for part in PARTS:
        steps += part(world)
    for at, step in sorted(steps, key=lambda pair: pair[0]):
        with past.moment(min(at, talk.now)):
            _step(step)
    with past.moment(talk.now):
        finish_setups(world)
        _look_whom(world)
        _forget_touched()
        group(world)
    _hush(before, jobs)


@upkeep
def _step(step: Callable[[], object]) -> None:
    """Take one step in one transaction."""
    step()


def _look_whom(world: World) -> None:
    """Put everybody into the live index, and let it find whom they may be."""
    keys = Identity.objects.exclude(person=None).order_by("person_id")
    members = {member.identity.person_id for member in world.known_members}
    persons = list(
        dict.fromkeys([*keys.exclude(kind__in=("member", "import")).values_list("person_id", flat=True), *members])
    )
    for at in range(0, len(persons), AT_ONCE):
        key_persons([str(one) for one in persons[at : at + AT_ONCE]])


@upkeep
def _forget_touched() -> None:
    """Everybody is asked at once when the groups are filled."""
    Touched.objects.all().delete()


@upkeep
def _hush(before: set[UUID], jobs: set[Any]) -> None:
    """Leave nothing that a worker would do now about what happened then."""
    Touched.objects.all().delete()
    Job.objects.exclude(pk__in=jobs).delete()
    Job.objects.filter(task=KEY).delete()
    Outbox.objects.filter(state="waiting").exclude(pk__in=before).delete()
