"""How a member appears, and how she reads."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from patogh.activity import action, record, unchanged, upkeep
from patogh.kit import ids, persian, pictures
from patogh.kit.hooks import plugins
from patogh.people import handles
from patogh.people.actions.joining import cleaned_name
from patogh.people.errors import LinkUnreadable, SettingUnknown
from patogh.people.models import Member

LINKS_MAX = 4
SEEN_EVERY = dt.timedelta(minutes=10)


@action
def edit_profile(member: Member, *, name: str, bio: str, place: str, links: list[str], by: Member) -> Member:
    """Change what others read about a member; raises NameUnreadable or LinkUnreadable."""
    member.name = cleaned_name(name)
    member.name_key = persian.key(member.name)[:80]
    member.name_order = handles.name_order(member.name)
    member.bio = bio.strip()[:400]
    member.place = persian.name_clean(place)[:60]
    member.links = [_web_address(link) for link in links if link.strip()][:LINKS_MAX]
    _save(member, "name", "name_key", "name_order", "bio", "place", "links")
    record("people.profile_edited", by=by, subject=member)
    _tell(member)
    return member


@action
def change_avatar(member: Member, data: bytes, *, by: Member) -> Member:
    """Put a photo in place of the girih star; raises the refusals of kit.pictures."""
    taken = pictures.take(data)
    _drop_after_commit(member.avatar)
    member.avatar = default_storage.save(f"avatars/{ids.token(12)}.webp", ContentFile(taken.thumb_webp))
    _save(member, "avatar")
    record("people.avatar_changed", by=by, subject=member)
    _tell(member)
    return member


@action
def remove_avatar(member: Member, *, by: Member) -> Member:
    """Give a member her girih star back."""
    if not member.avatar:
        return unchanged(member)
    _drop_after_commit(member.avatar)
    member.avatar = ""
    _save(member, "avatar")
    record("people.avatar_removed", by=by, subject=member)
    _tell(member)
    return member


def _drop_after_commit(name: str) -> None:
    """Throw a former photo away once nobody can need it: a change that fails has lost nothing."""
    if name:
        transaction.on_commit(lambda: default_storage.delete(name))


@action
def change_settings(member: Member, *, by: Member, **choices: str) -> Member:
    """Change language, calendar, zone or theme (any of them); raises SettingUnknown."""
    if set(choices) - {"language", "calendar", "zone", "theme"}:
        raise SettingUnknown
    for field, value in choices.items():
        if value not in choices_of(field):
            raise SettingUnknown
        setattr(member, field, value)
    _save(member, *choices)
    record("people.settings_changed", by=by, subject=member, data={"fields": sorted(choices)})
    return member


@upkeep
def mark_seen(member_id: int) -> None:
    """Note that a member was here, at most once in ten minutes."""
    now = timezone.now()
    Member.objects.filter(pk=member_id).exclude(last_seen_at__gt=now - SEEN_EVERY).update(last_seen_at=now)


def choices_of(field: str) -> set[str]:
    """Return what a setting may be."""
    if field == "zone":
        return available_timezones()
    known = {"language": Member.LANGUAGES, "calendar": Member.CALENDARS, "theme": Member.THEMES}
    return {value for value, _ in known[field]}


def _save(member: Member, *fields: str) -> None:
    """Save these fields and step the version that caches go by."""
    member.save(update_fields=list(fields))
    Member.objects.filter(pk=member.pk).update(version=F("version") + 1)
    member.version += 1


def _tell(member: Member) -> None:
    """Let other rooms (search, caches) follow a changed profile, in the same transaction."""
    plugins.hook.member_changed(member=member)


def _web_address(link: str) -> str:
    """Return a link that is safe to show; raises LinkUnreadable."""
    link = link.strip()
    link = link if "://" in link else f"https://{link}"
    try:
        parts = urlsplit(link)
        host = parts.hostname or ""
    except ValueError as error:
        raise LinkUnreadable from error
    if (
        parts.scheme not in {"http", "https"}
        or "." not in host
        or len(link) > 200
        or not link.isprintable()
        or " " in link
    ):
        raise LinkUnreadable
    if parts.username or parts.password:
        raise LinkUnreadable
    return link
