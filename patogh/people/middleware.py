"""Who is looking: the viewer's language, calendar and zone, and the member behind the session."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from patogh.kit.calendar import Viewer

GetResponse = Callable[[HttpRequest], HttpResponse]
LANGUAGES = ("fa", "en")


def viewer_of_stranger(request: HttpRequest) -> Viewer:
    """Return how somebody who is not signed in reads: by cookie, else the brand's language."""
    language = request.COOKIES.get("patogh_language", "")
    if language not in LANGUAGES:
        language = brand_language()
    return Viewer(language=language, calendar="jalali" if language == "fa" else "gregorian", zone="Asia/Tehran")


def brand_language() -> str:
    """Return the brand's own language."""
    from patogh.people.queries import brand

    return brand().language


class ViewerMiddleware:
    """Set `request.viewer` and activate its language and zone, before anything can go wrong in a language."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Activate the viewer around the request."""
        request.viewer = viewer_of_stranger(request)
        request.member = None
        activate(request.viewer)
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", request.viewer.language)
        return response


class MemberMiddleware:
    """Set `request.member` (None for a stranger) and read in the member's own language, calendar and zone."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Put the member on the request."""
        if request.user.is_authenticated:
            request.member = request.user
            request.viewer = request.user.viewer
            activate(request.viewer)
        return self.get_response(request)


def activate(viewer: Viewer) -> None:
    """Make gettext and times speak to this viewer."""
    translation.activate(viewer.language)
    timezone.activate(ZoneInfo(viewer.zone))
