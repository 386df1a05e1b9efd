"""A form that is sent twice does its work once: same key and same words, same answer; other words, a clear refusal."""

from __future__ import annotations

import json
from typing import Any

from django.db import connection

from patogh.activity.models import Activity
from patogh.hangout.errors import SameKeyOtherText
from patogh.kit import limits
from patogh.people.models import Member

_EARLIER = "SELECT subject_id, data FROM activity_activity WHERE source = %s AND key = %s"


def source(by: Member) -> str:
    """Name whose keys these are, so that nobody can answer with somebody else's."""
    return f"web:{by.pk}"


def earlier(by: Member, key: str | None, digest: str) -> str | None:
    """Return the id of what this key made before, or None; raises SameKeyOtherText when it came with other words.

    Ask it behind the lock that the writing needs anyway: then two requests with one key cannot both find nothing.
    """
    if not key:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_EARLIER, [source(by), _cut(key)])
        found = cursor.fetchone()
    if found is None:
        return None
    data = json.loads(found[1]) if isinstance(found[1], str) else found[1]
    if data.get("digest") != digest:
        raise SameKeyOtherText
    return str(found[0])


def is_known(by: Member, key: str | None) -> bool:
    """Return whether this key made something before, whatever its words were."""
    return bool(key) and Activity.objects.filter(source=source(by), key=_cut(key or "")).exists()


def keyed(by: Member, key: str | None, digest: str, **data: Any) -> dict[str, Any]:
    """Return what `record` needs to remember this key."""
    if not key:
        return {"data": data}
    return {"data": {**data, "digest": digest}, "key": _cut(key), "source": source(by)}


def settled(activity: Activity, subject_id: int) -> None:
    """Refuse (and so roll back) a writing whose key was taken by another one in the very same moment."""
    if activity.subject_id != str(subject_id):
        raise SameKeyOtherText


def _cut(key: str) -> str:
    return key.replace("\0", "")[: limits.IDEMPOTENCY_KEY_CHARS_MAX]
