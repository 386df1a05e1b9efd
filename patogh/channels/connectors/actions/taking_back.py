"""Words that their author took back: the row stays, what it said goes."""

from __future__ import annotations

import datetime as dt
from functools import partial

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q

from patogh.activity import action, record, unchanged
from patogh.channels.connectors.cleaning import key_of
from patogh.channels.models import Attachment, Message, Setup

ROWS_MAX = 100


@action
def take_back(setup_id: int, *, key: str, thread: str, at: dt.datetime) -> int:
    """Empty what came under a key (with its later versions), or in a thread; returns how many rows it was.

    Messages and mentions alike, with their files. What was emptied before stays as it is, and nothing is said twice.
    """
    whole = key_of(key)
    named = (
        Q(key=whole) | Q(key__startswith=f"{whole}#") | Q(key__startswith=f"{whole}:edit:") if key else Q(thread=thread)
    )
    found = Message.objects.select_related("identity", "setup").filter(named, setup_id=setup_id, way="in")
    rows = [row for row in found.order_by("pk")[:ROWS_MAX] if "gone_at" not in row.data] if key or thread else []
    if not rows:
        return unchanged(0)
    for row in rows:
        row.text, row.subject, row.data = "", "", {"gone_at": at.isoformat()}
        row.save(update_fields=["text", "subject", "data"])
    files = Attachment.objects.filter(message__in=rows)
    for path in files.exclude(file="").values_list("file", flat=True):
        transaction.on_commit(partial(default_storage.delete, path))
    files.delete()
    setup = Setup.objects.get(pk=setup_id)
    record(
        "channels.words_taken_back", by=rows[0].identity, subject=rows[0], channel=setup.connector[:24], happened_at=at,
        data={"rows": len(rows)},
    )  # fmt: skip
    return len(rows)
