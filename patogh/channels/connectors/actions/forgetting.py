"""The messages of somebody who leaves: what they take along, and what is erased."""

from __future__ import annotations

from django.core.files.storage import default_storage
from django.db import transaction

from patogh.activity import upkeep
from patogh.channels.models import Attachment, Message

_STEP = 400


@upkeep
def forget_messages(identities: list[int]) -> int:
    """Erase the messages of these identities, those to them as well, and their files after the commit; returns how many."""
    count = 0
    for at in range(0, len(identities), _STEP):
        rows = Message.objects.filter(identity_id__in=identities[at : at + _STEP])
        keys = list(rows.values_list("pk", flat=True))
        count += len(keys)
        for start in range(0, len(keys), _STEP):
            _forget(keys[start : start + _STEP])
    return count


def files_of(identities: list[int]) -> list[tuple[str, str]]:
    """Return (path in a copy, name in the storage) of the files of these identities' messages."""
    found: list[tuple[str, str]] = []
    for at in range(0, len(identities), _STEP):
        rows = Attachment.objects.filter(message__identity_id__in=identities[at : at + _STEP]).exclude(file="")
        found += [(f"messages/{row.pk}-{_plain(row.name)}", row.file) for row in rows.order_by("pk")]
    return found


def _forget(messages: list[int]) -> None:
    """Delete some messages."""
    files = Attachment.objects.filter(message_id__in=messages)
    paths = list(files.exclude(file="").values_list("file", flat=True))
    files.delete()
    Message.objects.filter(pk__in=messages).delete()
    transaction.on_commit(lambda: _remove(paths))


def _remove(paths: list[str]) -> None:
    for path in paths:
        default_storage.delete(path)


def _plain(name: str) -> str:
    return "".join(ch if ch.isalnum() or ch in "._-" else "_" for ch in name)[-80:]
