"""Files of messages: what became of those that were still to be taken, and their end."""

from __future__ import annotations

from django.utils import timezone

from patogh.activity import upkeep
from patogh.channels.connectors import limits
from patogh.channels.connectors.actions.keeping import Stored
from patogh.channels.models import Attachment


def still_to_take(message_id: int) -> list[Attachment]:
    """Return the files of a message that are still at their address."""
    return list(
        Attachment.objects.filter(message_id=message_id, file="", why_left_out="").exclude(url="").order_by("pk")
    )


@upkeep
def keep_file(attachment: Attachment, kept: Stored) -> bool:
    """Name the file in the storage; False when it was taken, or is gone, meanwhile."""
    rows = Attachment.objects.filter(pk=attachment.pk, file="", why_left_out="")
    return bool(rows.update(file=kept.path, media_type=kept.media_type, size_bytes=kept.size_bytes, url=""))


@upkeep
def leave_out(attachment: Attachment, why: str) -> None:
    """Note why a file was not taken."""
    Attachment.objects.filter(pk=attachment.pk, file="").update(why_left_out=why[:40], url="")


@upkeep
def note_try(attachment: Attachment) -> None:
    """Give a file up that could not be taken for a day."""
    old = timezone.now() - attachment.message.recorded_at
    if old.total_seconds() > limits.FETCH_S_MAX:
        Attachment.objects.filter(pk=attachment.pk, file="").update(why_left_out="unreachable", url="")
