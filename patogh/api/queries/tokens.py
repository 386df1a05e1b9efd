"""Who holds a token, and which ones somebody has."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone

from patogh.api import secrets
from patogh.api.errors import Suspended, TokenUnknown
from patogh.api.models import Token
from patogh.people.models import Member


def holder(secret: str) -> Token:
    """Return the token with its member; raises TokenUnknown or Suspended. One query."""
    if not secrets.is_ours(secret):
        raise TokenUnknown
    token = Token.objects.select_related("member").filter(digest=secrets.digest(secret), revoked_at=None).first()
    now = timezone.now()
    if token is None or (token.expires_at and token.expires_at <= now) or not token.member.is_active:
        raise TokenUnknown
    if token.member.suspended_until and token.member.suspended_until > now:
        raise Suspended
    return token


def tokens_of(member: Member) -> QuerySet[Token]:
    """Return a member's tokens that were not taken back, newest first."""
    return Token.objects.filter(member=member, revoked_at=None).order_by("-pk")
