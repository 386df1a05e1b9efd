"""Who of the team looked at a person, and at what: written down before anything is shown."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from patogh.activity import action, record, unchanged
from patogh.kit.hooks import plugins
from patogh.people.models import Identity, Member, Person
from patogh.people.queries import may
from patogh.persons import limits
from patogh.persons.errors import LookReasonNeeded, MayNotReveal
from patogh.persons.models import Look
from patogh.persons.queries.persons import anchor, identities

PAGE = "page"


def standing_look(person: Person, member: Member, now: dt.datetime | None = None) -> Look | None:
    """Return the look by which this page is open to somebody now: a look holds for `LOOK_HOLDS_S` seconds.

    It hangs on whoever the page is of, so that a look at one of two does not open the page of both that a merge makes.
    """
    since = (now or timezone.now()) - dt.timedelta(seconds=limits.LOOK_HOLDS_S)
    stands = anchor(person)
    looks = Look.objects.filter(identity=stands, member=member, what=PAGE, looked_at__gt=since)
    return looks.order_by("-pk").first()


def case_of(person: Person, member: Member) -> str:
    """Return the case by which somebody of the team has to do with a person now, as a room tells it, or ""."""
    return plugins.hook.case_of(person=person, member=member) or ""


@action
def open_person(person: Person, *, by: Member, reason: str = "", case: str = "") -> Look:
    """Open somebody's page: one look, for which a case stands or a reason is given. Raises LookReasonNeeded."""
    reason = " ".join(reason.split())[: limits.REASON_CHARS_MAX]
    if not case and len(reason) < limits.LOOK_REASON_CHARS_MIN:
        raise LookReasonNeeded
    if found := standing_look(person, by):
        return unchanged(found)
    look = Look.objects.create(
        identity=identities(person)[0], member=by, what=PAGE, reason=reason, case=case[:80], looked_at=timezone.now()
    )
    record("persons.person_looked_at", by=by, subject=look, audience="staff", data={"case": bool(case)})
    return look


@action
def reveal_value(identity: Identity, *, by: Member, reason: str = "") -> str:
    """Return what an identity says in full, and write down who looked and why: the reason by which the page is open counts.

    Raises MayNotReveal, LookReasonNeeded.
    """
    if not may(by, "persons.reveal"):
        raise MayNotReveal
    opened = standing_look(identity.person, by) if identity.person else None
    reason = " ".join(reason.split()) or (opened.reason or opened.case if opened else "")
    if len(reason) < limits.LOOK_REASON_CHARS_MIN:
        raise LookReasonNeeded
    Look.objects.create(
        identity=identity,
        member=by,
        what=f"identity.{identity.kind}"[:40],
        reason=reason.strip()[: limits.REASON_CHARS_MAX],
        looked_at=timezone.now(),
    )
    record("persons.value_revealed", by=by, subject=identity, audience="staff", data={"kind": identity.kind})
    return identity.value
