"""Sources and their write keys. A key is returned once, when it is made; only its digest is kept."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import asdict, dataclass
from typing import Final
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from patogh.activity import action, record, unchanged
from patogh.api.intake import keys, limits
from patogh.api.intake.errors import (
    BrowserProvesNothing,
    OriginsUnreadable,
    SourceClosed,
    SourceNameMissing,
    TooManyKeys,
    TooManySources,
    UsersUnreadable,
)
from patogh.api.models import IntakeKey, IntakeSource
from patogh.kit.errors import NotFound
from patogh.people.models import Member

_USERS: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,34}[a-z0-9])?")


@dataclass(frozen=True)
class SourceWords:
    """What somebody of the team says of a source; without `users` its user ids are its own."""

    name: str
    kind: str = "server"
    users: str = ""
    is_trusted: bool = False
    proves_contact: bool = False
    takes_orders: bool = False
    origins: str = ""


@action
def add_source(words: SourceWords, *, by: Member | None) -> tuple[IntakeSource, str]:
    """Add a source with its first key, which is returned this once; raises an Invalid or TooManySources."""
    kept = _checked(words)
    if IntakeSource.objects.filter(closed_at=None).count() >= limits.SOURCES_MAX:
        raise TooManySources(most=limits.SOURCES_MAX)
    made = IntakeSource.objects.create(**asdict(kept), made_by=by, made_at=timezone.now())
    if not made.users:
        made.users = f"source-{made.pk}"
        made.save(update_fields=["users"])
    key = _new_key(made, by)
    record(
        "api.intake_source_added", by=by, subject=made, audience="staff", data={"name": made.name, "kind": made.kind}
    )
    return made, key


@action
def edit_source(source: IntakeSource, words: SourceWords, *, by: Member | None) -> IntakeSource:
    """Change what a source may say; its family of user ids stays, or its users would become others."""
    row = _open(source)
    for name, value in asdict(_checked(words)).items():
        if name != "users":
            setattr(row, name, value)
    row.save()
    _look_again()
    record("api.intake_source_edited", by=by, subject=row, audience="staff")
    return row


@action
def close_source(source: IntakeSource, *, by: Member | None) -> None:
    """Take nothing more from a source; what it told stays."""
    row = IntakeSource.objects.select_for_update().get(pk=source.pk)
    if row.closed_at is not None:
        return unchanged(None)
    row.closed_at = timezone.now()
    row.save(update_fields=["closed_at"])
    _look_again()
    record("api.intake_source_closed", by=by, subject=row, audience="staff")
    return None


@action
def rotate_key(source: IntakeSource, *, by: Member | None) -> str:
    """Make a new key and let those before it work OLD_KEY_H hours more; returns the key. Raises TooManyKeys."""
    row, now = _open(source), timezone.now()
    if _working(row).count() >= limits.KEYS_MAX:
        raise TooManyKeys(most=limits.KEYS_MAX)
    _working(row).filter(ends_at=None).update(ends_at=now + dt.timedelta(hours=limits.OLD_KEY_H))
    key = _new_key(row, by)
    _look_again()
    record("api.intake_key_made", by=by, subject=row, audience="staff", data={"hint": keys.hint(key)})
    return key


@action
def revoke_key(key: IntakeKey, *, by: Member | None) -> None:
    """End a key now; processes that know it forget it within KEYS_LOOKED_AT_S seconds."""
    now = timezone.now()
    changed = IntakeKey.objects.filter(Q(ends_at=None) | Q(ends_at__gt=now), pk=key.pk).update(ends_at=now)
    if not changed:
        return unchanged(None)
    _look_again()
    record("api.intake_key_revoked", by=by, subject=key.source, audience="staff", data={"hint": key.hint})
    return None


def _working(source: IntakeSource) -> QuerySet[IntakeKey]:
    return source.keys.filter(Q(ends_at=None) | Q(ends_at__gt=timezone.now()))


def _new_key(source: IntakeSource, by: Member | None) -> str:
    key = keys.new()
    IntakeKey.objects.create(
        source=source, digest=keys.digest(key), hint=keys.hint(key), made_by=by, made_at=timezone.now()
    )
    return key


def _checked(words: SourceWords) -> SourceWords:
    """Return the words as they are kept."""
    name = " ".join(words.name.replace("\0", "").split())[: limits.SOURCE_NAME_CHARS_MAX]
    if not name:
        raise SourceNameMissing
    users = words.users.strip().lower()
    if users and not _USERS.fullmatch(users):
        raise UsersUnreadable
    if words.kind not in {"server", "browser"} or (
        words.kind == "browser" and (words.is_trusted or words.proves_contact or words.takes_orders)
    ):
        raise BrowserProvesNothing
    origins = dict.fromkeys(words.origins.replace(",", " ").split())
    for origin in origins:
        if not _is_origin(origin):
            raise OriginsUnreadable(origin=origin[:80])
    if len(origins) > limits.ORIGINS_MAX or len(" ".join(origins)) > 600:
        raise OriginsUnreadable(origin=next(reversed(origins))[:80])
    return SourceWords(
        name, words.kind, users, words.is_trusted, words.proves_contact, words.takes_orders, " ".join(origins)
    )


def _is_origin(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return (
            bool(parts.hostname)
            and text == f"{parts.scheme}://{parts.netloc}"
            and parts.scheme in {"http", "https"}
            and "@" not in text
        )
    except ValueError:
        return False


def _open(source: IntakeSource) -> IntakeSource:
    row = IntakeSource.objects.select_for_update().filter(pk=source.pk).first()
    if row is None:
        raise NotFound
    if row.closed_at is not None:
        raise SourceClosed
    return row


def _look_again() -> None:
    """Let this process see the change at once; others see it within KEYS_LOOKED_AT_S seconds."""
    keys.forget()
    transaction.on_commit(keys.forget)
