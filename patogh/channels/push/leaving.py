"""Signing out: a browser that nobody is signed in to shows nobody's messages."""

from __future__ import annotations

from typing import Any, Final

from django.contrib.auth.signals import user_logged_out
from django.http import HttpRequest

from patogh.channels.models import PushDevice
from patogh.channels.push import actions
from patogh.people.models import Member

SESSION_KEY: Final = "push_device"


def forget_device(request: HttpRequest | None, user: Member | None, **_facts: Any) -> None:
    """Take back the device that was allowed in the session that ends."""
    device_id = request.session.get(SESSION_KEY) if request is not None and hasattr(request, "session") else None
    row = PushDevice.objects.filter(pk=device_id, member=user).first() if device_id and user is not None else None
    if row is not None and user is not None:
        actions.remove_device(row, by=user)


user_logged_out.connect(forget_device, dispatch_uid="patogh.channels.push.leaving")
