"""Persons of the small town: two who were joined, and two who may be one."""

from __future__ import annotations

from patogh.people.identifying import identity_of
from patogh.people.models import Member
from patogh.persons.actions.suggesting import Guess, suggest
from patogh.persons.merging import merge_persons


def known(owner: Member) -> dict[str, object]:
    """Return what addresses need of persons."""
    one, other, third = (
        identity_of("telegram", f"@town_{name}", name="شهری") for name in ("one", "two", "three")
    )
    assert one and other and third and one.person and other.person and third.person
    merge = merge_persons(one.person, other.person, by=owner)
    maybe = suggest(Guess(one.person, third.person, 3.0, 0.9, [["given", "same", 3.0]], "town"))
    keys = {
        "merge_id": merge.pk,
        "suggestion_id": maybe.pk,
        "identity_id": one.pk,
        "person_id": one.person_id,
        "other": third.person_id,
    }
    return {f"known.{name}": key for name, key in keys.items()}
