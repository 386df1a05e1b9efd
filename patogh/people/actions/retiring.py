"""Letting go of what is old, a batch at a time: no such write is anybody's act."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.db.models import Model
from django.utils import timezone

from patogh.activity import upkeep
from patogh.people.actions.erasing import _recount
from patogh.people.models import Notice

NOTICES_KEPT_DAYS: Final = 365
STEP: Final = 500


@upkeep
def retire(model: type[Model], keys: list[Any], empties: tuple[str, ...] = ()) -> int:
    """Delete rows by their keys, or only empty some of their columns; returns how many."""
    rows = model._default_manager.filter(pk__in=keys)
    if not empties:
        return rows.delete()[0]
    empty = {name: None if model._meta.get_field(name).null else "" for name in empties}
    return rows.update(**empty)


@upkeep
def drop_old_notices() -> int:
    """Drop notices whose year is over and count anew what is unread; returns how many."""
    before = timezone.now() - dt.timedelta(days=NOTICES_KEPT_DAYS)
    old = list(Notice.objects.filter(happened_at__lt=before).values_list("pk", "member_id", "read_at")[:STEP])
    Notice.objects.filter(pk__in=[pk for pk, _member, _read in old]).delete()
    _recount({member for _pk, member, read in old if read is None})
    return len(old)
