"""Who of the team looked at what of a person: written down before it is shown."""

from __future__ import annotations

from django.utils import timezone

from patogh.activity import action, record
from patogh.people.models import Identity, Member
from patogh.people.queries import may
from patogh.persons.errors import MayNotReveal
from patogh.persons.models import Look


@action
def reveal_value(identity: Identity, *, by: Member, reason: str = "") -> str:
    """Return what an identity says in full, and write down who looked and why. Raises MayNotReveal."""
    if not may(by, "persons.reveal"):
        raise MayNotReveal
    Look.objects.create(
        identity=identity,
        member=by,
        what=f"identity.{identity.kind}"[:40],
        reason=reason.strip()[:300],
        looked_at=timezone.now(),
    )
    record("persons.value_revealed", by=by, subject=identity, audience="staff", data={"kind": identity.kind})
    return identity.value
