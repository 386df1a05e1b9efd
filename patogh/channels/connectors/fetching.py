"""Taking files that came as addresses, after their message was kept."""

from __future__ import annotations

from django.core.files.storage import default_storage

from patogh.channels.connectors import limits, storing
from patogh.channels.connectors.actions import files
from patogh.channels.connectors.contract import ConnectorError, File, TryLater
from patogh.channels.connectors.running import connector_of, running
from patogh.channels.models import Attachment, Setup
from patogh.kit.errors import PatoghError


def fetch(message_id: int) -> int:
    """Take every file of a message that has still to be taken; returns how many. Raises TryLater when one must wait."""
    waiting = files.still_to_take(message_id)
    setup = Setup.objects.filter(messages=message_id).first()
    if not waiting or setup is None:
        return 0
    later: TryLater | None = None
    for attachment in waiting:
        try:
            _fetch_one(setup, attachment)
        except TryLater as error:
            later = error
            files.note_try(attachment)
    if later is not None:
        raise later
    return len(waiting)


def _fetch_one(setup: Setup, attachment: Attachment) -> None:
    """Take one file; what cannot be had is named with why."""
    try:
        content, media_type = connector_of(setup).fetched(
            running(setup), attachment.url, limits.ATTACHMENT_BYTES_MAX
        )  # fmt: skip
    except TryLater:
        raise
    except (ConnectorError, PatoghError) as error:
        files.leave_out(attachment, getattr(error, "code", "gone"))
        return
    kept = storing.stored(File(attachment.name, attachment.media_type or media_type, content))
    if not files.keep_file(attachment, kept):
        default_storage.delete(kept.path)
