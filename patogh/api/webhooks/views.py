"""Pages of those who look after webhooks. A secret is shown once, in the answer to the form that made it."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from patogh.activity import verbs
from patogh.api.models import WebhookEndpoint
from patogh.api.webhooks import actions, limits, queries
from patogh.api.webhooks.forms import REACHES, EndpointForm
from patogh.kit import numbers
from patogh.kit.errors import Conflict, Invalid
from patogh.looks import pages
from patogh.people.http import SignedInRequest, allowed

MANAGE = "manage_webhooks"


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(MANAGE)
@never_cache
def webhooks(request: SignedInRequest) -> HttpResponseBase:
    """Show every endpoint; a POST adds one and shows its secret."""
    form = EndpointForm(request.POST or None, initial={"patterns": "*", "reach": "public"})
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.add_endpoint(form.words(), by=request.member)
        except (Invalid, Conflict) as refusal:
            _refuse(form, refusal)
        else:
            return pages.render(request, "api/webhook_secret.html", {"endpoint": made, "is_new": True}, status=201)
    facts = {"endpoints": queries.endpoints(), "form": form, "reaches": REACHES, "verbs": sorted(verbs())}
    return pages.render(request, "api/webhooks.html", facts, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST", "DELETE"])
@allowed(MANAGE)
def webhook(request: SignedInRequest, endpoint_id: int) -> HttpResponseBase:
    """Show one endpoint with its deliveries; a POST changes it, DELETE removes it."""
    endpoint = queries.endpoint(endpoint_id)
    if request.method == "DELETE":
        actions.remove_endpoint(endpoint, by=request.member)
        messages.success(request, _("The webhook is removed."))
        return redirect("webhooks")
    form = EndpointForm(request.POST or None, initial=_words_of(endpoint))
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_endpoint(endpoint, form.words(), by=request.member)
        except Invalid as refusal:
            _refuse(form, refusal)
        else:
            messages.success(request, _("The webhook is saved."))
            return redirect("webhook", endpoint_id)
    return pages.render(
        request, "api/webhook.html", _facts(request, endpoint, form), status=400 if form.errors else 200
    )


@require_POST
@allowed(MANAGE)
@never_cache
def webhook_secret(request: SignedInRequest, endpoint_id: int) -> HttpResponseBase:
    """Give an endpoint a new secret and show it."""
    row = actions.rotate_secret(queries.endpoint(endpoint_id), by=request.member)
    return pages.render(request, "api/webhook_secret.html", {"endpoint": row, "is_new": False}, status=201)


@require_http_methods(["POST", "DELETE"])
@allowed(MANAGE)
def webhook_pause(request: SignedInRequest, endpoint_id: int) -> HttpResponseBase:
    """Pause an endpoint; DELETE turns it on again."""
    endpoint = queries.endpoint(endpoint_id)
    if request.method == "POST":
        actions.pause_endpoint(endpoint, by=request.member)
    else:
        actions.resume_endpoint(endpoint, by=request.member)
    return redirect("webhook", endpoint_id)


@require_POST
@allowed(MANAGE)
def webhook_test(request: SignedInRequest, endpoint_id: int) -> HttpResponseBase:
    """Send a test message; the log shows what was answered."""
    actions.send_test(queries.endpoint(endpoint_id), by=request.member)
    messages.success(request, _("The test is on its way. Load the page again to see the answer."))
    return redirect("webhook", endpoint_id)


@require_POST
@allowed(MANAGE)
def webhook_replay(request: SignedInRequest, endpoint_id: int) -> HttpResponseBase:
    """Send again what failed for good in the days of the log."""
    since = timezone.now() - dt.timedelta(days=limits.REPLAY_DAYS_MAX)
    count = actions.replay_failed(queries.endpoint(endpoint_id), since, by=request.member)
    shown = numbers.number(count, request.viewer)
    messages.success(
        request,
        ngettext("%(num)s message is sent again.", "%(num)s messages are sent again.", count) % {"num": shown},
    )
    return redirect("webhook", endpoint_id)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(MANAGE)
def webhook_delivery(request: SignedInRequest, delivery_id: int) -> HttpResponseBase:
    """Show a delivery with what was sent and answered; a POST sends it again."""
    delivery = queries.delivery(delivery_id)
    if request.method == "POST":
        actions.redeliver(delivery, by=request.member)
        messages.success(request, _("The message is sent again."))
        return redirect("webhook_delivery", delivery_id)
    facts = {"delivery": delivery, "attempts": queries.attempts(delivery)}
    return pages.render(request, "api/webhook_delivery.html", facts)


def _facts(request: SignedInRequest, endpoint: WebhookEndpoint, form: EndpointForm) -> dict[str, object]:
    """Return what the page of an endpoint shows."""
    state = request.GET.get("state", "")
    place = {name: request.GET.get(name) for name in ("after", "before")}
    listing = queries.deliveries(endpoint, state, **place)
    return {
        "endpoint": endpoint, "form": form, "rows": listing, "state": state if state in queries.STATES else "",
        "reaches": REACHES, "verbs": sorted(verbs()),
    }  # fmt: skip


def _words_of(endpoint: WebhookEndpoint) -> dict[str, object]:
    names = asdict(actions.EndpointWords(""))
    return {name: getattr(endpoint, name) for name in names}


def _refuse(form: EndpointForm, refusal: Invalid | Conflict) -> None:
    field = getattr(refusal, "field", "")
    form.add_error(field if field in form.fields else None, str(refusal))
