"""Words that their author took back: the row stays, what it said goes."""

from __future__ import annotations

import datetime as dt
from functools import partial

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q

from patogh.activity import action, record, unchanged
from patogh.channels.connectors.cleaning import key_of
from patogh.channels.models import Attachment, Message

A_STEP_ROWS = 100


@action
def take_back(setup_id: int, *, key: str, thread: str, at: dt.datetime) -> int:
    """Empty what came under a key (with its later versions), or in a thread; returns how many rows it was.

    Messages and mentions alike, with their files. What was emptied before stays as it is, and nothing is said twice.
    """
    whole = key_of(key)
    named = (
        Q(key=whole) | Q(key__startswith=f"{whole}#") | Q(key__startswith=f"{whole}:edit:") if key else Q(thread=thread)
    )
    found = Message.objects.select_related("identity").filter(named, setup_id=setup_id, way="in")
    left = found.exclude(data__has_key="gone_at").order_by("pk")
    first, count = None, 0
    while (key or thread) and (rows := list(left[:A_STEP_ROWS])):
        _empty(rows, at)
        first, count = first or rows[0], count + len(rows)
    if first is None:
        return unchanged(0)
    record(
        "channels.words_taken_back", by=first.identity, subject=first, channel=first.connector[:24], happened_at=at,
        data={"rows": count},
    )  # fmt: skip
    return count


def _empty(rows: list[Message], at: dt.datetime) -> None:
    """Empty some rows; their files go with the commit."""
    for row in rows:
        row.text, row.subject, row.data = "", "", {"gone_at": at.isoformat()}
        row.save(update_fields=["text", "subject", "data"])
    files = Attachment.objects.filter(message__in=rows)
    for path in files.exclude(file="").values_list("file", flat=True):
        transaction.on_commit(partial(default_storage.delete, path))
    files.delete()
