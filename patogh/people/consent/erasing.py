"""What an erasure leaves of somebody's consents: rows of a pseudonym, and a keyed hash of each address that must stay unwritten."""

from __future__ import annotations

from patogh.people.actions.consents import blank_evidence
from patogh.people.actions.erasing import keep_out
from patogh.people.consent import gate
from patogh.people.leaving import belonging, sources
from patogh.people.models import Consent, Identity, Member


def forget(member: Member) -> None:
    """Follow an erasure, within its transaction: called while the addresses still stand."""
    numbers = list(belonging.identities_of(member))
    leave(numbers, member.pk)


def leave(numbers: list[int], member_number: int) -> None:
    """Empty the evidence of these identities' consents, and remember their addresses as keyed hashes: no older list brings a yes."""
    said = Consent.objects.filter(identity_id__in=numbers).values_list("identity_id", flat=True).distinct()
    rows = Identity.objects.filter(pk__in=list(said)).exclude(kind="member").values_list("kind", "value")
    keep_out(member_number, [sources.digest(gate.digest_source(kind), value) for kind, value in rows])
    blank_evidence(numbers)
