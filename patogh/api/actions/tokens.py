"""Tokens: made, used, taken back."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from patogh.activity import action, record, unchanged, upkeep
from patogh.api import limits, secrets
from patogh.api.errors import NameMissing, NoScope, TooManyTokens
from patogh.api.models import Token
from patogh.api.scopes import checked
from patogh.kit import persian
from patogh.people.models import Member


@action
def make_token(name: str, scopes: list[str], *, by: Member, days: int | None = None) -> tuple[Token, str]:
    """Make a token and return it with its secret, which is shown this once; raises NameMissing, NoScope or TooManyTokens.

    `days` is how long it works, at most TOKEN_DAYS_MAX.
    """
    called, wanted = persian.name_clean(name)[: limits.TOKEN_NAME_CHARS_MAX], checked(scopes)
    if not called:
        raise NameMissing
    if not wanted:
        raise NoScope
    Member.objects.select_for_update().filter(pk=by.pk).values_list("pk").first()
    if Token.objects.filter(member=by, revoked_at=None).count() >= limits.TOKENS_MAX:
        raise TooManyTokens(most=limits.TOKENS_MAX)
    secret, now = secrets.new(), timezone.now()
    ends = now + dt.timedelta(days=max(1, min(days or limits.TOKEN_DAYS_MAX, limits.TOKEN_DAYS_MAX)))
    token = Token.objects.create(
        member=by, name=called, digest=secrets.digest(secret), hint=secrets.hint(secret), scopes=" ".join(wanted),
        created_at=now, expires_at=ends,
    )  # fmt: skip
    record("api.token_made", by=by, subject=token, audience="staff", data={"scopes": wanted})
    return token, secret


@action
def revoke_token(token: Token, *, by: Member) -> Token:
    """Take a token back; it works no longer from this moment."""
    if not Token.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now(), why_revoked="owner"):
        return unchanged(token)
    record("api.token_revoked", by=by, subject=token, audience="staff")
    return token


@upkeep
def end_tokens(member_id: int, why: str) -> int:
    """Take all tokens of a member back, because the password changed or the account is suspended."""
    return Token.objects.filter(member_id=member_id, revoked_at=None).update(revoked_at=timezone.now(), why_revoked=why)


@upkeep
def note_use(token_id: int) -> None:
    """Note that a token was used, at most once in ten minutes."""
    now = timezone.now()
    since = now - dt.timedelta(seconds=limits.TOKEN_USED_EVERY_S)
    Token.objects.filter(pk=token_id).exclude(last_used_at__gt=since).update(last_used_at=now)
