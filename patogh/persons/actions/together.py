"""Deterministic rules: what a machine may link, and what it may only suggest.

Two proved identities that say the same are one person. A message that proves two identities at once links them. A claim links
nothing. A pair that somebody took apart is never joined again by a machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q

from patogh.activity import upkeep
from patogh.people import kinds
from patogh.people.models import Identity, IdentityLink, Member, Person
from patogh.persons.actions.merging import merge_persons
from patogh.persons.actions.suggesting import Guess, suggest
from patogh.persons.actions.undoing import SPLIT
from patogh.persons.errors import IdentifiersDiffer, PersonAlreadyMerged, PersonErased, SamePerson
from patogh.persons.models import Merge, Suggestion
from patogh.persons.queries.persons import anchors

CLAIMS_MAX = 5  # suggestions of a person that rest on mere claims: more of them say that the identifier is junk


@upkeep
def say_together(
    a: Identity, b: Identity, *, by: Member | None, why: str, evidence: Mapping[str, Any], is_proved: bool
) -> Merge | Suggestion | None:
    """Follow one message that names two identities: a merge where it proves both, else at most a suggestion.

    None where they are one person already, or where there is nothing to say. Never raises for what blocks a merge: two different
    proved identities of one kind leave a suggestion for the team to decide.
    """
    rows = {one.pk: one for one in Identity.objects.select_related("person").filter(pk__in=[a.pk, b.pk])}
    left, right = rows[a.pk].person, rows[b.pk].person
    if left is None or right is None or left.pk == right.pk:
        return None
    said = {**evidence, "left": a.pk, "right": b.pk}
    if is_proved and not was_taken_apart(left, right):
        kept, folded = elder(left, right)
        try:
            return merge_persons(kept, folded, by=by, why=why[:16], evidence=said)
        except IdentifiersDiffer:
            reasons = [["same_message", "proved", 0.0], ["identifiers", "differ", 0.0]]
            return suggest(Guess(left, right, 0.0, 0.5, reasons, "rules"))
        except (SamePerson, PersonAlreadyMerged, PersonErased):
            return None
    if _claims(left) >= CLAIMS_MAX or _claims(right) >= CLAIMS_MAX:
        return None
    return suggest(Guess(left, right, 0.0, 0.5, [["same_message", "proved" if is_proved else "claimed", 0.0]], "rules"))


@upkeep
def link_equals(identities: list[int]) -> list[Merge]:
    """Join the persons of proved identities that say the same (an order's address that was proved, and that e-mail address)."""
    fresh = Identity.objects.filter(pk__in=identities, verified_at__isnull=False)
    wanted = Q(pk__in=[])
    mine: dict[tuple[str, str], Identity] = {}
    for one in fresh:
        for kind in kinds.alike(one.kind)[1:] if one.kind in kinds.kinds() else ():
            mine[kind, one.value] = one
            wanted |= Q(kind=kind, value=one.value)
    if not mine:
        return []
    made = []
    for other in Identity.objects.filter(wanted, verified_at__isnull=False):
        one = mine[other.kind, other.value]
        found = say_together(one, other, by=None, why="verified", evidence={"rule": "equal"}, is_proved=True)
        made += [found] if isinstance(found, Merge) else []
    return made


def elder(left: Person, right: Person) -> tuple[Person, Person]:
    """Return which of two persons stays and which is folded: a member's stays, else the one known longer."""
    found = anchors([left.pk, right.pk])

    def rank(person: Person) -> tuple[bool, Any, Any]:
        known = found.get(person.pk)
        return (known is None or known.kind != "member", person.created_at, person.pk)

    return (left, right) if rank(left) <= rank(right) else (right, left)


def was_taken_apart(left: Person, right: Person) -> bool:
    """Return whether somebody undid a merge of these two, or took an identity of one out of the other, whoever they are part of now."""
    return any(_were_apart(*sides) for sides in ((left, right), (right, left)))


def _were_apart(one: Person, other: Person) -> bool:
    came = Q(kept=other, folded=one) | Q(links__link__identity__person=one, kept__links__identity__person=other)
    if Merge.objects.filter(came, undone_at__isnull=False).exists():
        return True
    out = IdentityLink.objects.filter(why=SPLIT, identity__person=one)
    return out.filter(identity__links__person__links__identity__person=other).exists()


def _claims(person: Person) -> int:
    """Return how many suggestions of this person rest on rules alone, up to the cap."""
    rows = Suggestion.objects.filter(Q(left=person) | Q(right=person), model="rules")
    return len(rows.values_list("pk", flat=True)[:CLAIMS_MAX])
