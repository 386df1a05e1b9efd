"""Files of people: their verbs and what a worker does with them."""

from __future__ import annotations

from patogh.activity import enqueue, every, task, upkeep, verb
from patogh.persons.actions import importing as actions
from patogh.persons.importing import files, running
from patogh.persons.models import PeopleImport

verb(
    "persons.people_imported",
    type="Add",
    fa="پروندهٔ آدم‌های {subject} را آورد",
    en="brought the people of {subject}",
    visible="staff",
)
verb(
    "persons.people_import_undone",
    type="Undo",
    fa="پروندهٔ آدم‌های {subject} را پس گرفت",
    en="took the people of {subject} back",
    visible="staff",
)


@task(actions.READ)
def read_people(import_id: int) -> None:
    """Read on in a file of people for some seconds, then let the next turn be taken by whoever is free."""
    brought = PeopleImport.objects.select_related("brought_by").filter(pk=import_id, state="reading").first()
    now = running.read_on(brought) if brought is not None else None
    if now is not None and now.state == "reading":
        actions.go_on_people(now)


@task(actions.UNDO)
def undo_people(import_id: int) -> None:
    """Take a file back step by step; who is killed is taken over where it stood."""
    for _turn in range(50):
        if not actions.undo_some(import_id):
            return
    _undo_on(import_id)


@upkeep
def _undo_on(import_id: int) -> None:
    enqueue(actions.UNDO, key=f"{actions.UNDO}:{import_id}", import_id=import_id)


@task("persons.sweep_people_files")
def sweep_people_files() -> None:
    """Let go of files that nobody waits for."""
    files.sweep()


every("persons.sweep_people_files", 3600)
