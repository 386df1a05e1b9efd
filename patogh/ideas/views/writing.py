"""What the writing views share: where they lead afterwards, and how a refusal keeps what was typed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from patogh.ideas.actions.gate import Manner
from patogh.ideas.models import Idea
from patogh.ideas.queries.lists import idea_path
from patogh.kit.errors import Busy, Conflict, Forbidden, Invalid, PatoghError, TooLarge, TooMany, Unsupported
from patogh.looks import pages
from patogh.people.http import address_of
from patogh.trust import began

# What a form can answer beside the words; everything else is a page of its own.
REFUSALS = (Invalid, Conflict, Forbidden, TooLarge, TooMany, Busy, Unsupported)


def page(request: HttpRequest, name: str, context: dict[str, Any], refusal: PatoghError | None = None) -> HttpResponse:
    """Return a form's page, with the status and the waiting time of a refusal."""
    known = {"began": request.POST.get("began") or began.now(), **context, "refusal": refusal}
    answer = pages.render(request, name, known, status=refusal.status if refusal else 200)
    if refusal is not None and refusal.retry_after_s is not None:
        answer["Retry-After"] = str(refusal.retry_after_s)
    answer["Cache-Control"] = "no-store"
    return answer


def manner_of(request: HttpRequest) -> Manner:
    """Return how a form came in: from which address, and how long it stood open."""
    return Manner("web", address_of(request), began.typed_ms(request.POST.get("began", "")))


def done(request: HttpRequest, sentence: str, address: str) -> HttpResponse:
    """Say that something is done and lead on; htmx hears it without a new page."""
    if is_script(request):
        return HttpResponse(status=204)
    messages.success(request, sentence)
    return HttpResponseRedirect(address)


def held(request: HttpRequest, address: str) -> HttpResponse:
    """Say that a text waits for a moderator, and lead to where its author sees it."""
    messages.info(
        request, _("A moderator reads this first. You see it marked, with the reasons, and you will hear of it.")
    )
    return HttpResponseRedirect(address)


def refused(request: HttpRequest, refusal: PatoghError, address: str) -> HttpResponse:
    """Say a refusal on the page that a button without words stands on."""
    messages.error(request, str(refusal))
    return HttpResponseRedirect(address)


def is_script(request: HttpRequest) -> bool:
    """Whether one of our scripts asks, which needs no page in return."""
    return request.headers.get("HX-Request") == "true"


def idea_address(idea: Idea) -> str:
    """Return the canonical address of an idea's page."""
    return idea_path(idea.pk, idea.title)
