"""How and when one hears of things, the devices that are told by push, and the copy of one's own data."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from typing import Any

from django.utils import timezone

from patogh.api.v1.house import Ask, Doors
from patogh.api.v1.shapes.care import Copy, Device, NewDevice, NewTerms, NoticeChoices, NoticeWishes, Silence, Terms
from patogh.api.v1.shapes.common import Key, Rows
from patogh.channels import actions
from patogh.channels.models import PushDevice
from patogh.channels.models import Terms as TermsRow
from patogh.channels.push import actions as push
from patogh.channels.push import channel, sealing
from patogh.channels.push.errors import DeviceUnusable
from patogh.channels.queries import matrix, terms_of
from patogh.kit import egress
from patogh.kit.errors import NotFound
from patogh.people.actions.leaving import ask_for_copy
from patogh.people.models import DataCopy, Member

doors = Doors("channels")
_TERMS = (
    "muted_until",
    "quiet_from_min",
    "quiet_to_min",
    "is_quiet_at_weekends",
    "digest",
    "digest_day",
    "digest_hour",
    "mails_a_day",
)


@doors.get("/me/notice-choices", NoticeChoices, "read:notices")
def read_choices(request: Ask) -> Any:
    """Read when one hears of which event on which channel."""
    return _choices(request.member)


@doors.patch("/me/notice-choices", NoticeChoices, "write:notices")
def choose(request: Ask, body: NoticeWishes) -> Any:
    """Choose when to hear of which event on which channel: “now”, “soon”, “daily”, “weekly” or “never”."""
    wishes = {(kind, channel): when for kind, cells in body.choices.items() for channel, when in cells.items()}
    actions.choose(request.member, wishes, by=request.member)
    return _choices(request.member)


@doors.get("/me/notice-terms", Terms, "read:notices")
def read_terms(request: Ask) -> Any:
    """Read one's quiet hours, digest and cap."""
    return _terms(terms_of(request.member))


@doors.patch("/me/notice-terms", Terms, "write:notices")
def change_terms(request: Ask, body: NewTerms) -> Any:
    """Change quiet hours, the digest or the cap."""
    wishes: Any = body.model_dump(exclude_unset=True)
    hours = {"quiet_from_min", "quiet_to_min"}
    given = {name: value for name, value in wishes.items() if value is not None or name in hours}
    return _terms(actions.change_terms(request.member, by=request.member, **given))


@doors.put("/me/silence", Terms, "write:notices")
def mute_notices(request: Ask, body: Silence) -> Any:
    """Let nothing leave the house for oneself for some hours."""
    until = timezone.now() + dt.timedelta(hours=body.hours)
    return _terms(actions.mute(request.member, until, by=request.member))


@doors.end("/me/silence", None, "write:notices")
def unmute_notices(request: Ask) -> Any:
    """End the silence."""
    actions.unmute(request.member, by=request.member)


@doors.get("/me/devices", Rows[Device], "read:notices")
def list_devices(request: Ask) -> Any:
    """List the devices that are told by push."""
    rows = PushDevice.objects.filter(member=request.member).order_by("-pk")[:50]
    return {"items": [_device(row) for row in rows], "next": None}


@doors.post("/me/devices", Device, "write:notices")
def add_device(request: Ask, body: NewDevice) -> Any:
    """Have a device told by push."""
    try:
        sealing.check_keys(body.p256dh, body.auth)
    except ValueError as error:
        raise DeviceUnusable from error
    with suppress(egress.EgressFailed):  # a name that does not resolve now may do so when there is something to tell
        egress.examine(body.endpoint, policy=channel.policy)
    new = push.Subscription(body.endpoint, body.p256dh, body.auth, body.name)
    return _device(push.allow_device(new, by=request.member))


@doors.end("/me/devices/{device}", None, "write:notices")
def remove_device(request: Ask, device: Key) -> Any:
    """Tell a device no more."""
    row = PushDevice.objects.filter(member=request.member, pk=device).first()
    if row is None:
        raise NotFound
    push.remove_device(row, by=request.member)


@doors.post("/me/copies", Copy, "write:me")
def ask_for_data(request: Ask) -> Any:
    """Have one's own data packed; the ZIP is taken from the page of settings, where one signs in again."""
    return _copy(ask_for_copy(by=request.member))


@doors.get("/me/copies", Rows[Copy], "read:me")
def list_copies(request: Ask) -> Any:
    """List the copies of one's data that were asked for."""
    rows = DataCopy.objects.filter(member=request.member).order_by("-pk")[:20]
    return {"items": [_copy(row) for row in rows], "next": None}


def _choices(member: Member) -> dict[str, Any]:
    return {"choices": {event.kind: {name: when for name, when, _ in event.cells} for event in matrix(member, "en")}}


def _terms(row: TermsRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _TERMS}


def _device(row: PushDevice) -> dict[str, Any]:
    return {"id": row.pk, "name": row.name, "created_at": row.created_at}


def _copy(row: DataCopy) -> dict[str, Any]:
    return {
        "id": row.pk,
        "state": row.state,
        "percent": row.percent,
        "size_bytes": row.size_bytes,
        "asked_at": row.asked_at,
    }
