"""A form that is sent twice does its work once: same key and same words, same answer; other words, a clear refusal."""

from __future__ import annotations

import json
from typing import Any

from patogh.activity.models import Activity
from patogh.hangout.errors import SameKeyOtherText
from patogh.kit import limits
from patogh.kit.together import together
from patogh.people.models import Member

_EARLIER = "SELECT subject_id, data FROM activity_activity WHERE source = %s AND key = %s"


def source(by: Member) -> str:
    """Name whose keys these are, so that nobody can answer with somebody else's."""
    return f"web:{by.pk}"


def earlier(by: Member, key: str | None, digest: str) -> str | None:
    """Return the id of what this key made before, or None; raises SameKeyOtherText when it came with other words.

    Ask it behind the lock that the writing needs anyway: then two requests with one key cannot both find nothing.
    """
    asked = asking(by, key)
    return answered(together(*asked)[0].rows, digest) if asked else None


def asking(by: Member, key: str | None) -> list[tuple[str, list[Any]]]:
    """Return the statement that asks what a key made before; none without a key."""
    return [(_EARLIER, [source(by), _cut(key)])] if key else []


def answered(found: list[tuple[Any, ...]], digest: str) -> str | None:
    """Return the id of what a key made before by the rows that were found, or None; raises SameKeyOtherText."""
    if not found:
        return None
    subject, data = found[0]
    data = json.loads(data) if isinstance(data, str) else data
    if data.get("digest") != digest:
        raise SameKeyOtherText
    return str(subject)


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
