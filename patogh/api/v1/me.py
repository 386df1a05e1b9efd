"""Oneself: profile, photo, settings, what one keeps and has not sent, follows, browsers, tokens."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from ninja import File, P, PathEx, Query, UploadedFile

from patogh.api import actions as api_actions
from patogh.api import queries
from patogh.api.models import Token as TokenRow
from patogh.api.v1.house import Ask, Doors
from patogh.api.v1.lists import page
from patogh.api.v1.members import described
from patogh.api.v1.shapes.common import Key, PageAsk, Rows
from patogh.api.v1.shapes.people import (
    Bookmark,
    Draft,
    DraftText,
    Follows,
    Me,
    Profile,
    Session,
    Settings,
    Token,
    Wishes,
)
from patogh.hangout import actions as talk
from patogh.hangout.models import Draft as DraftRow
from patogh.hangout.queries import mine, stamps
from patogh.kit import limits
from patogh.kit.errors import NotFound
from patogh.people import actions
from patogh.people.entrance_words import device
from patogh.people.models import Member

doors = Doors("me")
Place = PathEx[
    str, P(min_length=3, max_length=30, pattern=r"^(new|topic:[0-9]{1,15}|edit:[0-9]{1,15})$", example="topic:7")
]


@doors.get("/me", Me, "read:me")
def read_me(request: Ask) -> Any:
    """Read who one is, and what the token may do."""
    return _me(request, request.member)


@doors.patch("/me", Me, "write:me")
def edit_me(request: Ask, body: Profile) -> Any:
    """Change what others read about oneself."""
    member, said = Member.objects.get(pk=request.member.pk), body.model_dump(exclude_none=True)
    now = {"name": member.name, "bio": member.bio, "place": member.place, "links": list(member.links)}
    return _me(request, actions.edit_profile(member, by=request.member, **{**now, **said}))


@doors.post("/me/avatar", Me, "write:me", status=200, files=True)
def change_avatar(request: Ask, photo: File[UploadedFile]) -> Any:
    """Put a photo in place of one's star."""
    data = photo.read(limits.PICTURE_BYTES_MAX + 1)
    return _me(request, actions.change_avatar(Member.objects.get(pk=request.member.pk), data, by=request.member))


@doors.end("/me/avatar", Me, "write:me")
def remove_avatar(request: Ask) -> Any:
    """Get one's star back."""
    return _me(request, actions.remove_avatar(Member.objects.get(pk=request.member.pk), by=request.member))


@doors.get("/me/settings", Settings, "read:me")
def read_settings(request: Ask) -> Any:
    """Read in which language, calendar, zone and look one reads."""
    return _settings(request.member)


@doors.patch("/me/settings", Settings, "write:me")
def change_settings(request: Ask, body: Wishes) -> Any:
    """Change language, calendar, zone or look."""
    member, wishes = Member.objects.get(pk=request.member.pk), body.model_dump(exclude_none=True)
    return _settings(actions.change_settings(member, by=request.member, **wishes) if wishes else member)


@doors.get("/me/bookmarks", Rows[Bookmark], "read:me")
def list_bookmarks(request: Ask, response: HttpResponse, ask: Query[PageAsk]) -> Any:
    """List the posts that one keeps and may still read, the newest first."""
    scope = stamps.sight(request.member.pk).scope()
    rows = mine.bookmarks_of(request.member.pk, scope, after=ask.after or None, size=ask.limit)
    kept = [
        {
            "post": row.post_id, "topic": row.topic_id, "number": row.number, "title": row.title, "url": row.url, "excerpt": row.excerpt,
            "author": queries.person(row.author), "kept_at": row.kept_at,
        }
        for row in rows
    ]  # fmt: skip
    return page(request, response, kept, rows.next)


@doors.get("/me/drafts", Rows[Draft], "read:me")
def list_drafts(request: Ask) -> Any:
    """List what one has typed and not sent, the newest first; fifty at most are kept in sight."""
    found = mine.drafts_of(request.member.pk, stamps.sight(request.member.pk).scope())
    rows = [{"place": row.place, "title": row.title, "text": row.text, "saved_at": row.saved_at} for row in found]
    return {"items": rows, "next": None}


@doors.get("/me/drafts/{place}", Draft, "read:me")
def read_draft(request: Ask, place: Place) -> Any:
    """Read the draft of a place: “new”, “topic:7” or “edit:12”."""
    row = DraftRow.objects.filter(member=request.member, place=place).first()
    if row is None:
        raise NotFound
    return _draft(row)


@doors.put("/me/drafts/{place}", Draft, "write:me")
def save_draft(request: Ask, place: Place, body: DraftText) -> Any:
    """Keep what is being typed; nothing typed means no draft, and 404."""
    row = talk.save_draft(place, body.text, by=request.member, title=body.title)
    if row is None:
        raise NotFound
    return _draft(row)


@doors.end("/me/drafts/{place}", None, "write:me")
def discard_draft(request: Ask, place: Place) -> Any:
    """Throw a draft away."""
    talk.discard_draft(place, by=request.member)


@doors.get("/me/follows", Follows, "read:me")
def list_follows(request: Ask) -> Any:
    """Read what one follows and mutes."""
    return queries.follows_of(request.member)


@doors.get("/me/sessions", Rows[Session], "read:me")
def list_sessions(request: Ask) -> Any:
    """List the browsers in which one is signed in."""
    rows = [
        {
            "id": row.pk,
            "device": str(device(row.user_agent)),
            "ip": str(row.ip),
            "created_at": row.created_at,
            "last_seen_at": row.last_seen_at,
        }
        for row in queries.sessions_of(request.member)
    ]
    return {"items": rows, "next": None}


@doors.end("/me/sessions/{session}", None, "write:me")
def end_session(request: Ask, session: Key) -> Any:
    """Sign a browser out."""
    row = next((one for one in queries.sessions_of(request.member) if one.pk == session), None)
    if row is None:
        raise NotFound
    row.end()


@doors.get("/me/tokens", Rows[Token], "read:me")
def list_tokens(request: Ask) -> Any:
    """List one's tokens; new ones are made on the page of settings only."""
    this = request.caller.token
    rows = [
        {
            "id": row.pk, "name": row.name, "hint": row.hint, "scopes": row.scopes.split(), "created_at": row.created_at,
            "expires_at": row.expires_at, "last_used_at": row.last_used_at, "is_this": this is not None and this.pk == row.pk,
        }
        for row in queries.tokens_of(request.member)[:50]
    ]  # fmt: skip
    return {"items": rows, "next": None}


@doors.end("/me/tokens/{key}", None, "write:me")
def revoke_token(request: Ask, key: Key) -> Any:
    """Take a token back, perhaps this very one."""
    row = TokenRow.objects.filter(member=request.member, pk=key).first()
    if row is None:
        raise NotFound
    api_actions.revoke_token(row, by=request.member)


def _me(request: Ask, member: Member) -> dict[str, Any]:
    return {
        **described(member, member, ""), "email": member.email, "roles": request.caller.roles.split(),
        "scopes": sorted(request.caller.scopes), "unread_notices": member.unread_notices_count, "silenced_until": member.silenced_until,
    }  # fmt: skip


def _settings(member: Member) -> dict[str, Any]:
    return {name: getattr(member, name) for name in ("language", "calendar", "zone", "theme")}


def _draft(row: DraftRow) -> dict[str, Any]:
    return {"place": row.place, "title": row.title, "text": row.text, "saved_at": row.saved_at}
