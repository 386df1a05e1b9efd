"""Telling a visitor's open page that it was answered."""

from __future__ import annotations

from patogh.activity import live, watch
from patogh.activity.models import Activity
from patogh.channels.chat.answers import live_channel
from patogh.channels.models import Message


@watch("channels.message_sent")
def tell_visitor(activity: Activity) -> None:
    """Knock at the visitor's page after the commit; it asks for the words itself."""
    if activity.channel != "chat":
        return
    message = Message.objects.select_related("identity").filter(pk=activity.subject_id).first()
    if message is not None and message.identity is not None:
        live.publish(live_channel(message.identity.value), "said", {"id": message.pk})
