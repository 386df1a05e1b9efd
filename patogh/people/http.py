"""What a request carries here, and the doors of views: signed in, or allowed."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from patogh.kit.calendar import Viewer
from patogh.kit.errors import NotFound, SignInNeeded
from patogh.looks import pages
from patogh.people import queries
from patogh.people.models import Member

P = ParamSpec("P")
KEPT_POST = "kept_post"
KEPT_CHARS_MAX = 60_000


class MemberRequest(HttpRequest):
    """A request after this room's middleware: who reads, and who is signed in."""

    viewer: Viewer
    member: Member | None


class SignedInRequest(HttpRequest):
    """A request behind `signed_in`: somebody is there."""

    viewer: Viewer
    member: Member


View = Callable[Concatenate[Any, P], HttpResponseBase]


def signed_in(view: View[P]) -> View[P]:
    """Let only members in; others sign in first and come back, and what they were sending waits for them."""

    @functools.wraps(view)
    def asked(request: Any, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        return view(request, *args, **kwargs) if request.member is not None else sign_in_first(request)

    return asked


def allowed(right: str) -> Callable[[View[P]], View[P]]:
    """Let only those in who have a right of queries.RIGHTS; the page does not exist for anybody else."""

    def keep(view: View[P]) -> View[P]:
        @functools.wraps(view)
        def asked(request: Any, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if request.member is None:
                return sign_in_first(request)
            if not queries.may(request.member, right):
                raise NotFound
            return view(request, *args, **kwargs)

        return asked

    return keep


def sign_in_first(request: MemberRequest) -> HttpResponseBase:
    """Ask a stranger to sign in: a GET comes back by itself; a form's text is kept in the session and shown."""
    if request.method == "GET":
        raise SignInNeeded
    texts = kept_texts(request.POST)
    if sum(map(len, texts.values())) <= KEPT_CHARS_MAX:
        request.session[KEPT_POST] = {"path": request.get_full_path()[:500], "method": request.method, "texts": texts}
    address = f"{reverse('account_login')}?next={reverse('kept')}"
    return pages.render(
        request, "people/sign_in_first.html", {"texts": long_texts(texts), "address": address}, status=401
    )


def address_of(request: HttpRequest) -> str:
    """Return the network address a request came from: behind a proxy that we trust, what that proxy says it saw."""
    said = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.SECURE_PROXY_SSL_HEADER else ""
    return (said.rpartition(",")[2].strip() or str(request.META.get("REMOTE_ADDR", "")))[:64]


def kept_texts(post: QueryDict) -> dict[str, str]:
    """Return what somebody typed into a form, without tokens and secrets."""
    secret = ("password", "csrfmiddlewaretoken", "code", "credential")
    return {
        name: value
        for name, value in post.items()
        if isinstance(value, str) and not any(word in name for word in secret)
    }


def long_texts(texts: dict[str, str]) -> list[str]:
    """Return the texts worth showing to whoever wrote them."""
    return [text for text in texts.values() if len(text) >= 20]


def safe_next(request: HttpRequest, default: str = "/") -> str:
    """Return the `next` address that a form or link gave, if it is one of ours."""
    given = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(given, {request.get_host()}, require_https=request.is_secure())
    return given if given and is_ours else default
