"""The places of the team's pages of people: a row of tabs, those that somebody may open."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from patogh.people.models import Member
from patogh.people.queries import may
from patogh.persons.actions import importing

Tab = tuple[str, str, str, int]  # words, address, key, how many wait


def tabs(member: Member, waiting: int = 0) -> list[Tab]:
    """Return the tabs that somebody of the team may open; none where there is only one."""
    found = [(_("People"), "team_people", "people", "persons.see", 0)]
    found.append((_("Maybe one person"), "team_suggestions", "suggestions", "persons.merge", waiting))
    found.append((_("Promises"), "team_pledges", "pledges", "persons.note", 0))
    found.append((_("Files"), "team_people_imports", "imports", importing.RIGHT, 0))
    open_to = [(words, reverse(name), key, count) for words, name, key, right, count in found if may(member, right)]
    return open_to if len(open_to) > 1 else []
