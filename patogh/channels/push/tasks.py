"""What the worker does for push besides delivering: the greeting that shows that it works."""

from __future__ import annotations

import contextlib

from django.utils import translation
from django.utils.translation import gettext as _

from patogh.activity import task
from patogh.channels.mail.letters import brand_name
from patogh.channels.push import channel, messages
from patogh.channels.registry import NotReachable
from patogh.people.models import Member


@task("channels.greet_devices")
def greet_devices(member: int) -> None:
    """Send one message to all devices of a member."""
    row = Member.objects.filter(pk=member, is_active=True).first()
    if row is None:
        return
    with translation.override(row.language), contextlib.suppress(NotReachable, channel.DevicesBusy):
        title = _("%(brand)s reaches you here.") % {"brand": brand_name(row.language)}
        message = messages.packed(
            title=title, body=_("This is how messages look."), url="/notices", tag="greeting", language=row.language
        )
        channel.told(row, message, topic="greeting")
