"""Who is looking: the viewer's language, calendar and zone, the member behind the session, and the first run."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone, translation

from patogh.kit.calendar import Viewer
from patogh.looks.jinja import VIEWER
from patogh.people import actions, queries
from patogh.people.actions.profiles import SEEN_EVERY
from patogh.people.models import Member

GetResponse = Callable[[HttpRequest], HttpResponse]
LANGUAGES = ("fa", "en")
# Answered before the brand exists: the set-up itself, what it is dressed in, and what watches the machine.
OPEN_BEFORE_SET_UP = (
    "/welcome",
    "/static/",
    "/choices/",
    "/avatars/",
    "/icons/",
    "/brand/",
    "/healthz",
    "/readyz",
    "/manifest",
    "/sw.js",
    "/offline",
    "/favicon",
    "/robots.txt",
)


def viewer_of_stranger(request: HttpRequest) -> Viewer:
    """Return how somebody reads who is not signed in: by the cookie of the footer's choice, else in the brand's
    language.
    """
    language = request.COOKIES.get("language") or request.COOKIES.get("patogh_language", "")
    if language not in LANGUAGES:
        language = queries.brand().language
    return Viewer(language=language, calendar="jalali" if language == "fa" else "gregorian", zone=settings.BRAND_ZONE)


class ViewerMiddleware:
    """Set `request.viewer` and activate its language and zone, before anything can go wrong in a language."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Activate the viewer around the request."""
        request.viewer = viewer_of_stranger(request)  # type: ignore[attr-defined]
        request.member = None  # type: ignore[attr-defined]
        activate(request.viewer)  # type: ignore[attr-defined]
        if not queries.is_set_up() and not request.path.startswith(OPEN_BEFORE_SET_UP):
            return HttpResponseRedirect(reverse("welcome"))
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", request.viewer.language)  # type: ignore[attr-defined]
        return response


class MemberMiddleware:
    """Set `request.member` (None for a stranger) and read in the member's own language, calendar and zone."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Put the member on the request."""
        if request.user.is_authenticated:
            # The member itself, not Django's lazy wrapper around it, which costs a call for each look at a field.
            member = getattr(request.user, "_wrapped", request.user)
            request.member = member  # type: ignore[attr-defined]
            request.viewer = member.viewer  # type: ignore[attr-defined]
            activate(member.viewer)
            _note_seen(member)
        return self.get_response(request)


def activate(viewer: Viewer) -> None:
    """Make gettext, times and components speak to this viewer."""
    translation.activate(viewer.language)
    timezone.activate(ZoneInfo(viewer.zone))
    VIEWER.set(viewer)


def _note_seen(member: Member) -> None:
    """Remember that a member is here, once in ten minutes."""
    if member.last_seen_at is None or timezone.now() - member.last_seen_at > SEEN_EVERY:
        actions.mark_seen(member.pk)
