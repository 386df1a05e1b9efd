"""Allowing a device, taking it back, trying it, and hearing from it that a message was opened."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.contrib import messages as banners
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from patogh.channels.models import PushDevice
from patogh.channels.push import actions, channel, keys, leaving, limits, messages, sealing
from patogh.channels.push.errors import DeviceUnusable
from patogh.kit import egress
from patogh.kit.errors import NotFound
from patogh.people.actions import see_notice
from patogh.people.entrance_words import device as device_words
from patogh.people.http import SignedInRequest, signed_in
from patogh.people.models import Member


def facts(member: Member) -> dict[str, Any]:
    """Return what `channels/_push.html` shows: the house's key, and the devices that are allowed."""
    devices = list(PushDevice.objects.filter(member=member).order_by("pk")[: limits.DEVICES_MAX])
    return {"push_key": keys.public_key(), "push_devices": devices}


@require_POST
@signed_in
def push_devices(request: SignedInRequest) -> HttpResponseBase:
    """Allow the browser at hand; its script sends what the browser said."""
    new = _subscription(request)
    request.session[leaving.SESSION_KEY] = actions.allow_device(new, by=request.member).pk
    banners.success(request, _("You are told on this device from now on."))
    return redirect("notice_settings")


@require_http_methods(["POST", "DELETE"])
@signed_in
def push_device(request: SignedInRequest, device_id: int) -> HttpResponseBase:
    """Take one device back (DELETE), or greet all of them (POST)."""
    row = PushDevice.objects.filter(pk=device_id, member=request.member).first()
    if row is None:
        raise NotFound
    if request.method == "DELETE":
        actions.remove_device(row, by=request.member)
        banners.success(request, _("Nothing is sent to that device any more."))
    else:
        actions.try_devices(by=request.member)
        banners.success(request, _("A message is on its way to your devices."))
    return redirect("notice_settings")


@csrf_exempt
@require_POST
def push_seen(request: HttpRequest) -> HttpResponse:
    """Hear from a service worker that a message was opened; the word in it says whose, so no cookie is asked."""
    member, ids = messages.read_seen(request.POST.get("seen", ""))
    for notice_id in ids:
        see_notice(notice_id, by=member)
    return HttpResponse(status=204)


def _subscription(request: SignedInRequest) -> actions.Subscription:
    """Return what a browser says, checked; raises DeviceUnusable, or EgressRefused for an address that leads inside."""
    endpoint, p256dh, auth = (request.POST.get(name, "").strip() for name in ("endpoint", "p256dh", "auth"))
    is_odd = not endpoint.startswith("https://") and channel.policy is None
    if is_odd or len(endpoint) > limits.ENDPOINT_CHARS_MAX or max(len(p256dh), len(auth)) > 100:
        raise DeviceUnusable
    try:
        sealing.check_keys(p256dh, auth)
    except ValueError as error:
        raise DeviceUnusable from error
    with suppress(egress.EgressFailed):  # a name that does not resolve now may do so when there is something to tell
        egress.examine(endpoint, policy=channel.policy)
    return actions.Subscription(endpoint, p256dh, auth, device_words(request.headers.get("User-Agent", "")))
