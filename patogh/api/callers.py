"""Who asks: the holder of a token, or a browser that is signed in and sends its CSRF token with whatever changes something."""

from __future__ import annotations

import copy
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.utils import timezone

from patogh.api import actions, limits, pace, queries
from patogh.api.errors import FromElsewhere, ScopeMissing, Suspended, TokenMissing, TokenUnknown
from patogh.api.models import Token
from patogh.api.scopes import SCOPES, offices
from patogh.people.models import Member

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks and what they may ask; `member` acts in the offices that the scopes lend, `roles` are all that are held."""

    member: Member
    scopes: frozenset[str]
    roles: str
    token: Token | None = None

    @property
    def name(self) -> str:
        """Whose requests are counted together."""
        return f"token:{self.token.pk}" if self.token else f"member:{self.member.pk}"

    def needs(self, scope: str) -> None:
        """Raise ScopeMissing unless this may be asked."""
        if scope and scope not in self.scopes:
            raise ScopeMissing(scope=scope)


def caller_of(request: HttpRequest) -> Caller:
    """Return who asks; raises TokenMissing, TokenUnknown, Suspended, FromElsewhere or TooManyCalls."""
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    if kind:
        return _by_token(request, secret.strip() if kind.lower() == "bearer" else "")
    member: Member | None = getattr(request, "member", None)
    if member is None:
        raise TokenMissing
    if member.suspended_until and member.suspended_until > timezone.now():
        raise Suspended
    if request.method not in SAFE and _is_forged(request):
        raise FromElsewhere
    return Caller(member, frozenset(SCOPES), member.roles)


def address_of(request: HttpRequest) -> str:
    """Return the network address of the asker, as the proxy of ours says it where there is one."""
    said = request.headers.get("X-Forwarded-For", "") if settings.SECURE_PROXY_SSL_HEADER else ""
    return (said.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", ""))[:64]


def _by_token(request: HttpRequest, secret: str) -> Caller:
    """Return the holder of a token; wrong ones are counted, so that nobody tries many."""
    try:
        token = queries.holder(secret)
    except TokenUnknown:
        pace.count("wrong", address_of(request), limits.WRONG_TOKENS_PER_ADDRESS_PER_MINUTE_MAX)
        raise
    used = token.last_used_at
    if used is None or (timezone.now() - used).total_seconds() > limits.TOKEN_USED_EVERY_S:
        actions.note_use(token.pk)
    roles, member = token.member.roles, copy.copy(token.member)
    member.roles = offices(roles, token.scope_set)
    return Caller(member, token.scope_set, roles, token)


def _is_forged(request: HttpRequest) -> bool:
    """Whether a request that a session's cookie carries may have been made by a foreign page."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        return True
    check = CsrfViewMiddleware(lambda _: HttpResponse())
    return check.process_view(request, lambda *_: HttpResponse(), (), {}) is not None
