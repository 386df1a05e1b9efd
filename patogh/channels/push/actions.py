"""Devices that a member allows and takes back, and how each of them fares."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass

from django.utils import timezone

from patogh.activity import action, enqueue, record, unchanged, upkeep
from patogh.channels.actions import close_outlet, open_outlet
from patogh.channels.models import PushDevice
from patogh.channels.push import limits
from patogh.people.models import Member


@dataclass(frozen=True, slots=True)
class Subscription:
    """What a browser says of itself, checked: where to send, with which keys, and what its member calls it."""

    endpoint: str
    p256dh: str
    auth: str
    name: str = ""


@action
def allow_device(new: Subscription, *, by: Member) -> PushDevice:
    """Tell a member on this device too. A browser that was somebody else's is hers from now on; the oldest of more than
    DEVICES_MAX gives way.
    """
    digest = hashlib.sha256(new.endpoint.encode()).hexdigest()
    row = PushDevice.objects.select_for_update().filter(endpoint_hash=digest).first()
    if row is not None and row.member_id == by.pk and (row.p256dh, row.auth) == (new.p256dh, new.auth):
        return unchanged(row)
    former = row.member if row is not None and row.member_id != by.pk else None
    row = row or PushDevice(endpoint_hash=digest, endpoint=new.endpoint, created_at=timezone.now())
    row.member, row.p256dh, row.auth, row.name = by, new.p256dh, new.auth, new.name[:60]
    row.failures, row.paused_until = 0, None
    row.save()
    kept = PushDevice.objects.filter(member=by).order_by("-id").values_list("pk", flat=True)[: limits.DEVICES_MAX]
    PushDevice.objects.filter(member=by).exclude(pk__in=list(kept)).delete()
    open_outlet(by, "push")
    if former is not None:
        _close_if_last(former)
    record("channels.device_allowed", by=by, subject=by)
    return row


@action
def remove_device(device: PushDevice, *, by: Member) -> None:
    """Tell a member on this device no more."""
    if not PushDevice.objects.filter(pk=device.pk, member=by).delete()[0]:
        return unchanged(None)
    _close_if_last(by)
    record("channels.device_removed", by=by, subject=by)
    return None


@upkeep
def drop_device(device_id: int) -> None:
    """Forget a device whose push service says that it is gone."""
    row = PushDevice.objects.select_related("member").filter(pk=device_id).first()
    if row is not None:
        row.delete()
        _close_if_last(row.member)


@upkeep
def note_delivered(device_id: int) -> None:
    """Note that a device took a message."""
    PushDevice.objects.filter(pk=device_id).update(last_ok_at=timezone.now(), failures=0, paused_until=None)


@upkeep
def note_failed(device_id: int, *, retry_after_s: int = 0) -> None:
    """Leave a device alone for a while, twice as long each time; after FAILURES_MAX in a row it is forgotten."""
    row = PushDevice.objects.select_for_update().filter(pk=device_id).first()
    if row is None:
        return
    row.failures += 1
    if row.failures >= limits.FAILURES_MAX:
        drop_device(device_id)
        return
    pause_s = max(limits.PAUSE_S_MIN * 2 ** (row.failures - 1), retry_after_s)
    row.paused_until = timezone.now() + dt.timedelta(seconds=min(pause_s, limits.PAUSE_S_MAX))
    row.save(update_fields=["failures", "paused_until"])


@upkeep
def try_devices(*, by: Member) -> None:
    """Send a greeting to a member's own devices, so that she sees that it works."""
    enqueue("channels.greet_devices", key=f"greet:{by.pk}", member=by.pk)


def _close_if_last(member: Member) -> None:
    if not PushDevice.objects.filter(member=member).exists():
        close_outlet(member, "push")
