"""The channel of push: one message to each of a member's devices, through the guarded client."""

from __future__ import annotations

import base64
import hashlib
from typing import Final

from django.conf import settings
from django.utils import timezone

from patogh.channels import places
from patogh.channels.models import PushDevice
from patogh.channels.push import actions, limits, messages, sealing
from patogh.channels.registry import Channel, NotReachable, Parcel
from patogh.kit import egress
from patogh.people.consent.places import sender
from patogh.people.models import Member

_GONE: Final = frozenset({404, 410})
_OK: Final = range(200, 300)
# Tests alone open the way to a push service on this machine.
policy: egress.Policy | None = None


class DevicesBusy(Exception):
    """No device took the message now; another try may do better."""


def why_not(member: Member) -> str:
    """Return why a member cannot be reached by push, or ""."""
    return "" if PushDevice.objects.filter(member=member).exists() else "no_device"


def send(parcel: Parcel) -> str:
    """Send a parcel to each device that is not paused; returns how many took it. Raises NotReachable or DevicesBusy.

    When at least one device took it, it counts as sent: a second try would ring twice there.
    """
    return told(parcel.member, messages.of_parcel(parcel), topic=parcel.thread)


def told(member: Member, message: bytes, *, topic: str) -> str:
    """Send a packed message to a member's devices; see `send`."""
    devices = list(PushDevice.objects.filter(member=member).order_by("pk")[: limits.DEVICES_MAX])
    now = timezone.now()
    ready = [device for device in devices if device.paused_until is None or device.paused_until <= now]
    taken = sum([_told(device, message, topic) for device in ready])
    if taken:
        return f"{taken}"
    if not PushDevice.objects.filter(member=member).exists():
        raise NotReachable("no_device")
    raise DevicesBusy


@sender(
    "channels.push", purpose="service", channel="push", why="Notices that a member chose, on a device that she allowed."
)
def _told(device: PushDevice, message: bytes, topic: str) -> bool:
    """Send a message to one device and note how it went; returns whether it was taken."""
    try:
        answer = egress.send(
            device.endpoint,
            sealing.sealed(message, device.p256dh, device.auth),
            _headers(device, topic),
            timeout_s=limits.SEND_S_MAX,
            policy=policy,
        )
    except (egress.EgressRefused, ValueError):  # an address that leads inside, or keys that are none
        actions.drop_device(device.pk)
        return False
    except egress.EgressFailed:
        actions.note_failed(device.pk)
        return False
    if answer.status in _OK:
        actions.note_delivered(device.pk)
    elif answer.status in _GONE:
        actions.drop_device(device.pk)
    else:
        actions.note_failed(device.pk, retry_after_s=_retry_after(answer.headers.get("retry-after", "")))
    return answer.status in _OK


def _headers(device: PushDevice, topic: str) -> dict[str, str]:
    """Return the headers of RFC 8030: how long to keep it, how urgent it is, and what it takes the place of."""
    named = base64.urlsafe_b64encode(hashlib.sha256(topic.encode()).digest()).decode()[:32]
    return {
        "Content-Type": "application/octet-stream", "Content-Encoding": "aes128gcm", "TTL": str(limits.TTL_S),
        "Urgency": "normal", "Topic": named, "Authorization": sealing.vapid(device.endpoint, _subject()),
    }  # fmt: skip


def _subject() -> str:
    """Return where a push service may turn to when we misbehave."""
    site = places.site()
    return site if site.startswith("https://") else f"mailto:{settings.DEFAULT_FROM_EMAIL}"


def _retry_after(said: str) -> int:
    return min(int(said), limits.PAUSE_S_MAX) if said.isascii() and said.isdigit() and len(said) < 8 else 0


PUSH: Final = Channel(
    name="push", icon="smartphone", fa="روی دستگاه", en="On your devices", send=send, why_not=why_not,
    whens=("now", "soon", "never"),
)  # fmt: skip
