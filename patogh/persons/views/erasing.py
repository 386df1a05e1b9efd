"""Erasing a person who has no account: what goes, and a second step that does it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from patogh.kit.errors import PatoghError
from patogh.looks import pages
from patogh.people.http import SignedInRequest, allowed
from patogh.people.leaving import going
from patogh.people.models import Person
from patogh.persons.forms import ErasureForm
from patogh.persons.queries import team
from patogh.persons.queries.persons import person_at


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed("persons.erase")
def team_person_erasure(request: SignedInRequest, person_id: UUID) -> HttpResponseBase:
    """Show what an erasure takes; a POST that says so does it, if the same identities still stand there."""
    person, form, refusal = person_at(person_id), ErasureForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        try:
            going.erase_person(person, form.cleaned_data["seen"], by=request.member, why=form.cleaned_data["why"])
        except PatoghError as error:
            refusal = error
        else:
            messages.success(request, _("They are erased. Nothing that arrives under these addresses is kept."))
            return redirect("team_people")
    status = refusal.status if refusal else 400 if form.errors else 200
    return pages.render(
        request, "persons/team_person_erasure.html", _facts(person, form, refusal, request), status=status
    )


def _facts(person: Person, form: ErasureForm, refusal: PatoghError | None, request: SignedInRequest) -> dict[str, Any]:
    face = team.shown([person], request.viewer.language)[0]
    seen = ",".join(str(one.identity.pk) for one in face.chips)
    return {"person": person, "face": face, "form": form, "refusal": refusal, "seen": seen}
