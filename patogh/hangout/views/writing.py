"""What the writing views share: where they lead afterwards, and how a refusal keeps what was typed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from patogh.hangout import began
from patogh.hangout.actions.gate import Manner
from patogh.hangout.models import Topic
from patogh.hangout.queries.topic import POSTS_A_PAGE
from patogh.kit import persian
from patogh.kit.errors import Busy, Conflict, Forbidden, Invalid, NotFound, PatoghError, TooLarge, TooMany
from patogh.looks import pages
from patogh.people.http import address_of

# What a composer can answer beside the text; everything else is a page of its own.
REFUSALS = (Invalid, Conflict, Forbidden, TooLarge, TooMany, Busy)


def topic_address(topic: Topic) -> str:
    """Return the canonical address of a topic's first page."""
    return f"/t/{topic.pk}/{persian.slug(topic.title)}".rstrip("/")


def post_address(topic: Topic, number: int) -> str:
    """Return the address of a post on its page of the topic."""
    page = (number - 1) // POSTS_A_PAGE + 1
    return f"{topic_address(topic)}?page={page}#p{number}" if page > 1 else f"{topic_address(topic)}#p{number}"


def to_post(topic: Topic, number: int) -> HttpResponseRedirect:
    """Lead to a post; with scripts the page finds its own way."""
    return HttpResponseRedirect(post_address(topic, number))


def done(request: HttpRequest, sentence: str, address: str) -> HttpResponse:
    """Say that something is done and lead on; htmx hears it without a new page."""
    if is_script(request):
        return HttpResponse(status=204)
    messages.success(request, sentence)
    return HttpResponseRedirect(address)


def is_script(request: HttpRequest) -> bool:
    """Whether one of our scripts asks, which needs no page in return."""
    return request.headers.get("HX-Request") == "true"


def page(request: HttpRequest, name: str, context: dict[str, Any], refusal: PatoghError | None = None) -> HttpResponse:
    """Return a composer's page, with the status and the waiting time of a refusal."""
    answer = pages.render(request, name, {**context, "refusal": refusal}, status=refusal.status if refusal else 200)
    if refusal is not None and refusal.retry_after_s is not None:
        answer["Retry-After"] = str(refusal.retry_after_s)
    answer["Cache-Control"] = "no-store"
    return answer


def manner_of(request: HttpRequest) -> Manner:
    """Return how a form came in: from which address, and how long it stood open."""
    return Manner("web", address_of(request), began.typed_ms(request.POST.get("began", "")))


def held(request: HttpRequest, address: str) -> HttpResponse:
    """Say that a text waits for a moderator, and lead to where its author sees it."""
    messages.info(
        request, _("A moderator reads this first. You see it marked, with the reasons, and you will hear of it.")
    )
    return HttpResponseRedirect(address)


def end_of(topic_id: int, anchor: str) -> str:
    """Return the address of a place below the last post of a topic."""
    topic = Topic.objects.get(pk=topic_id)
    return f"{post_address(topic, max(1, topic.last_number)).partition('#')[0]}#{anchor}"


def is_page(refusal: PatoghError) -> bool:
    """Whether a refusal is a page of its own, since there is nothing to go on writing."""
    return isinstance(refusal, NotFound) or not isinstance(refusal, REFUSALS)
