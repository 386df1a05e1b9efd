"""What belongs to a person: who said so, taking one identity out, and joining the person with another one, field by field."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from patogh.kit.errors import NotFound
from patogh.looks import pages
from patogh.people.http import SignedInRequest, allowed
from patogh.people.models import Person
from patogh.persons.actions import looking
from patogh.persons.models import Look
from patogh.persons.queries import identities as queries
from patogh.persons.queries import team
from patogh.persons.queries.persons import merges_of, person_at, stands_behind
from patogh.persons.words import field_words, link_words


@require_safe
@allowed("persons.merge")
@never_cache
def team_person_identities(request: SignedInRequest, person_id: UUID) -> HttpResponseBase:
    """Show what belongs to a person and who said so; `q` searches for another one, `other` lays one beside."""
    behind = stands_behind(person_id)
    if behind is not None:
        return redirect("team_person_identities", behind)
    person = person_at(person_id)
    look = looking.standing_look(person, request.member)
    if look is None:
        return redirect("team_person", person.pk)  # where the reason is asked
    language, text = request.viewer.language, request.GET.get("q", "")[:120].replace("\0", "").strip()
    face = team.shown([person], language)[0]
    facts = {
        "person": person, "face": face, "histories": queries.histories(face), "merges": list(merges_of(person)[:20]),
        "text": text, "found": queries.found_by(text, person, language) if text else [],
        "link_words": link_words, "field_words": field_words, "beside": None, "refusal": "",
    }  # fmt: skip
    return pages.render(request, "persons/team_person_identities.html", facts | _laid_beside(request, person, look))


def _laid_beside(request: SignedInRequest, person: Person, look: Look) -> dict[str, Any]:
    """Return the other person that was chosen; to look at them is written down with the reason by which this page is open."""
    wanted = request.GET.get("other", "")[:60]
    if not wanted:
        return {}
    try:
        key = UUID(wanted)
        other = person_at(stands_behind(key) or key)
    except (ValueError, NotFound):
        return {"refusal": _("There is no such person, or they stand behind somebody else now.")}
    if other.pk == person.pk:
        return {"refusal": _("These are one person already; there is nothing to join.")}
    looking.open_person(other, by=request.member, reason=look.reason, case=look.case)
    return {"beside": queries.beside(person, other, request.viewer.language)}
