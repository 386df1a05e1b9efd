"""Persons of the small town: two who were joined, and two who may be one."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from patogh.people.identifying import identity_of
from patogh.people.models import Member
from patogh.persons.actions.importing import keep_people
from patogh.persons.actions.suggesting import Guess, suggest
from patogh.persons.importing import files
from patogh.persons.merging import merge_persons
from patogh.persons.models import PersonNote, Pledge


def known(owner: Member) -> dict[str, object]:
    """Return what addresses need of persons."""
    one, other, third = (identity_of("telegram", f"@town_{name}", name="شهری") for name in ("one", "two", "three"))
    assert one and other and third and one.person and other.person and third.person
    merge = merge_persons(one.person, other.person, by=owner)
    maybe = suggest(Guess(one.person, third.person, 3.0, 0.9, [["given", "same", 3.0]], "town"))
    note = PersonNote.objects.create(
        identity=third, author=owner, text="بعد از ده زنگ بزنید", written_at=timezone.now()
    )
    due = timezone.now() + dt.timedelta(days=3)
    pledge = Pledge.objects.create(
        identity=third, author=owner, owner=owner, text="قطعه را می‌فرستیم", due_at=due, made_at=timezone.now()
    )
    keys = {
        "note_id": note.pk,
        "pledge_id": pledge.pk,
        "merge_id": merge.pk,
        "suggestion_id": maybe.pk,
        "identity_id": one.pk,
        "person_id": one.person_id,
        "other": third.person_id,
    }
    kept = keep_people(files.keep([b"id,name\n1,x\n"], "town", "town.csv"), by=owner)
    return {f"known.{name}": key for name, key in keys.items()} | {"people_file_id": kept.pk}
