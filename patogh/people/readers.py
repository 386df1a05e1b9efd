"""Who reads, in one or two raw queries: the session's member as a small row, for pages that are assembled and not rendered.

Django's own `request.user` says the same and stays the judge of everything else; this is its cheap twin for GET.
Bans, sign-outs and password changes act at once, since the rows are read for each request; only their decoding is kept.
"""

from __future__ import annotations

import datetime as dt
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.db import connection
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.crypto import salted_hmac

from patogh.kit.calendar import Viewer
from patogh.kit.rows import rows
from patogh.looks.shells import Ask, origin_of, theme_of
from patogh.people.actions.profiles import SEEN_EVERY
from patogh.people.middleware import viewer_of_stranger
from patogh.people.models import Member
from patogh.people.queries.brands import brand, forget_brand
from patogh.people.queries.rights import RIGHTS
from patogh.people.sessions import SessionStore

_READER = """
SELECT m.id, m.handle, m.name, m.avatar, m.password,
       m.is_active AND (m.suspended_until IS NULL OR m.suspended_until <= %s), m.language, m.calendar, m.zone, m.theme,
       m.unread_notices_count, m.version, m.roles, m.last_seen_at IS NULL OR m.last_seen_at < %s
  FROM people_member m WHERE m.id = %s
"""
_SESSION = "SELECT session_data, expire_date FROM django_session WHERE session_key = %s"
_HOUSE = "SELECT version, language FROM people_brand WHERE id = 1"


@dataclass(frozen=True, slots=True)
class Reader:
    """A signed-in member as the pages need them."""

    pk: int
    handle: str
    name: str
    avatar: str
    password: str
    is_active: bool
    language: str
    calendar: str
    zone: str
    theme: str
    unread: int
    version: int
    roles: str
    is_due: bool

    @property
    def moderates(self) -> bool:
        """Whether this member may pin, close, move and trash."""
        return not RIGHTS["moderate"].isdisjoint(self.roles.split())

    @property
    def is_team(self) -> bool:
        """Whether this member speaks for the team."""
        return bool(set(self.roles.split()) - {"ambassador"})

    @property
    def keeps_spaces(self) -> bool:
        """Whether this member may open and change spaces."""
        return not RIGHTS["manage_spaces"].isdisjoint(self.roles.split())

    @property
    def viewer(self) -> Viewer:
        """The language, calendar and zone they read in."""
        return Viewer(self.language, self.calendar, self.zone)

    @property
    def avatar_url(self) -> str:
        """Their photo, else their girih star."""
        return f"/media/{self.avatar}" if self.avatar else f"/avatars/{self.handle}.svg"

    @property
    def frame_key(self) -> Any:
        """All that the frame around a page shows of them."""
        return (self.pk, self.handle, self.name, self.avatar, self.unread, self.roles)

    def model(self) -> Member:
        """Return the member's own row, for the templates of the frame."""
        return Member.objects.get(pk=self.pk)


def reader(member_id: int) -> Reader | None:
    """Return the member with this id as a reader; one query."""
    minute = timezone.now().replace(second=0, microsecond=0)
    moments = [connection.ops.adapt_datetimefield_value(moment) for moment in (minute, minute - SEEN_EVERY)]
    found = rows(_READER, (*moments, member_id))
    return Reader(*found[0]) if found else None


def reader_by_session(key: str) -> Reader | None:
    """Return who the session with this key belongs to, or None where Django should look closer; two queries."""
    found = rows(_SESSION, (key,))
    if not found or _moment(found[0][1]) <= timezone.now():
        return None
    said = _decoded(found[0][0])
    member = reader(said[0]) if said else None
    if member is None or said is None or not member.is_active or member.is_due:
        return None  # Django refuses the banned and notes that somebody was here
    return member if hmac.compare_digest(said[1], _auth_hash(member.password)) else None


@lru_cache(maxsize=8192)
def _moment(value: str | dt.datetime) -> dt.datetime:
    """Return a raw column as an aware moment: SQLite hands naive UTC or text, PostgreSQL an aware one."""
    moment = dt.datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


@lru_cache(maxsize=8192)
def _decoded(data: str) -> tuple[int, str] | None:
    """Return (member id, authentication hash) of a signed session; None if it says anything that a page must show."""
    said = SessionStore().decode(data)
    if SESSION_KEY not in said or "_messages" in said:
        return None
    return int(said[SESSION_KEY]), str(said.get(HASH_SESSION_KEY, ""))


@lru_cache(maxsize=8192)
def _auth_hash(password: str) -> str:
    """Return what AbstractBaseUser.get_session_auth_hash says for this password."""
    salt = "django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash"
    return salted_hmac(salt, password, algorithm="sha256").hexdigest()


def house() -> tuple[int | None, str]:
    """Return the version of the house and the brand's language; (None, the default) before the first run."""
    found = rows(_HOUSE)
    row = found[0] if found else None
    if row and brand().version != row[0]:
        forget_brand()  # another process changed it; what is rendered from now on shows the new one
    return (row[0], row[1]) if row else (None, settings.LANGUAGE_CODE)


def stranger(cookies: Mapping[str, str], brand_language: str) -> Viewer:
    """Return how somebody reads who is not signed in: by the cookie, else in the brand's language."""
    return _stranger(cookies.get("language", ""), cookies.get("patogh_language", ""), brand_language)


@lru_cache(maxsize=64)
def _stranger(chosen: str, chosen_before: str, brand_language: str) -> Viewer:
    cookies = {name: value for name, value in (("language", chosen), ("patogh_language", chosen_before)) if value}
    if not cookies and brand_language in {"fa", "en"}:
        return Viewer(brand_language, "jalali" if brand_language == "fa" else "gregorian", settings.BRAND_ZONE)
    return viewer_of_stranger(SimpleNamespace(COOKIES=cookies))  # type: ignore[arg-type]


def ask_of(request: HttpRequest, params: Mapping[str, str] | None = None) -> Ask:
    """Return what Django's request asks for, in the words of the assembled pages."""
    member = getattr(request, "member", None)
    found = reader(member.pk) if member is not None else None
    host = request.get_host()
    return Ask(
        path=request.path, params=params if params is not None else request.GET.dict(),
        origin=origin_of(request.scheme or "http", host), host=host, viewer=request.viewer, member=found,  # type: ignore[attr-defined]
        theme=found.theme if found else theme_of(request.COOKIES), csrf=get_token(request) if found else "", house=house()[0],
    )  # fmt: skip
