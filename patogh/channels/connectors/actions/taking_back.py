"""Words that their author took back: the row stays, what it said goes."""

from __future__ import annotations

import datetime as dt
from functools import partial

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q

from patogh.activity import upkeep
from patogh.channels.models import Attachment, Message


@upkeep
def take_back(setup_id: int, *, key: str, thread: str, at: dt.datetime) -> int:
    """Empty what came under a key (with its later versions), or in a thread; returns how many rows it was."""
    named = Q(key=key) | Q(key__startswith=f"{key}#") if key else Q(thread=thread)
    rows = list(Message.objects.filter(named, setup_id=setup_id, way="in", kind="mention").order_by("pk")[:100])
    for row in rows if key or thread else ():
        row.text, row.subject, row.data = "", "", {**row.data, "gone_at": at.isoformat()}
        row.save(update_fields=["text", "subject", "data"])
    files = Attachment.objects.filter(message__in=rows)
    for path in files.exclude(file="").values_list("file", flat=True):
        transaction.on_commit(partial(default_storage.delete, path))
    files.delete()
    return len(rows)
