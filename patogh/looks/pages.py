"""Rendering: a whole page, or only the block that htmx asked for; and what every page knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template import engines
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from markupsafe import Markup

from patogh.kit.calendar import DEFAULT_VIEWER, Viewer
from patogh.kit.hooks import plugins
from patogh.looks import hooks
from patogh.looks.jinja import RTL, VIEWER, place
from patogh.looks.waiting import counted

if TYPE_CHECKING:
    from jinja2 import Environment

# Names of the views that the frame leads to. A door whose view does not exist (yet) is not drawn.
DOORS = {
    "home": ("home",),
    "search": ("search",),
    "sign_in": ("sign_in", "account_login"),
    "sign_up": ("sign_up", "account_signup"),
    "sign_out": ("sign_out", "account_logout"),
    "profile": ("my_profile", "me"),
    "settings": ("my_settings", "settings"),
    "moderation_log": ("moderation_log",),
}
THEMES = ("auto", "light", "dark")


def render(
    request: HttpRequest, name: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """Return a page. With `room/page.html#block`, htmx gets that block alone and everybody else the whole page."""
    path, _, block = name.partition("#")
    html = page_text(request, path, context or {}, block=block if wants_part(request) else "")
    response = HttpResponse(html, status=status)
    if block:
        response.headers["Vary"] = "HX-Request, Cookie"
    return response


def part(request: HttpRequest, name: str, context: dict[str, Any] | None = None, *, status: int = 200) -> HttpResponse:
    """Return one block of a template (`room/page.html#block`), whoever asks."""
    path, _, block = name.partition("#")
    return HttpResponse(page_text(request, path, context or {}, block=block), status=status)


def page_text(request: HttpRequest, path: str, context: dict[str, Any], *, block: str = "") -> str:
    """Return the HTML of a template, or of one of its blocks, for the viewer of this request."""
    known = {**common(request), **context}
    token = VIEWER.set(known["viewer"])
    try:
        template = jinja_env().get_template(path)
        if not block:
            return template.render(known)
        return "".join(template.blocks[block](template.new_context(known)))
    finally:
        VIEWER.reset(token)


def wants_part(request: HttpRequest) -> bool:
    """Return whether htmx asks for a piece of a page, and not for a page to put in place of this one."""
    headers = request.headers
    if headers.get("HX-Request") != "true" or headers.get("HX-History-Restore-Request") or headers.get("HX-Boosted"):
        return False
    return headers.get("HX-Request-Type", "partial") == "partial"


def common(request: HttpRequest) -> dict[str, Any]:
    """Return what every page knows: who reads, in which language and theme, whose house it is, and the frame."""
    member = getattr(request, "member", None)
    viewer = viewer_for(request)
    return {
        "request": request,
        "viewer": viewer,
        "member": member,
        "lang": viewer.language,
        "dir": "rtl" if viewer.language in RTL else "ltr",
        "theme": theme_for(request),
        "brand": brand_for(request),
        "frame": SimpleLazyObject(lambda: Frame(request, member)),
        "door": door,
        "canonical": absolute(request, request.path),
        "absolute": lambda path: absolute(request, path),
        "csrf_token": SimpleLazyObject(lambda: get_token(request)),
        "csrf_input": SimpleLazyObject(lambda: _csrf_input(request)),
        "live": lambda channels: plugins.hook.live_address(request=request, channels=channels) or "",
        "languages": settings.LANGUAGES,
        "app_icon": lambda size: icon_address(brand_for(request), size),
        "app_icon_svg": lambda: reverse("looks_icon_svg", args=[_icon_colour(brand_for(request))]),
        "script_words": script_words,
        "messages": SimpleLazyObject(lambda: get_messages(request)),
    }


class Frame:
    """The places around a page, asked of the rooms once, and what waits there in one statement."""

    def __init__(self, request: HttpRequest, member: Any) -> None:
        places = _places(plugins.hook.nav_items(member=member))
        lines = _places(plugins.hook.account_items(member=member)) if member else []
        items, self.account = counted(places, lines)
        self.nav = [item for item in items if item.bar]
        self.tabs = [item for item in items if item.tab][:5]
        self.current = _current(items, request.path)
        self.bell = plugins.hook.bell(member=member) if member else None


def _places(answers: list[list[hooks.NavItem]]) -> list[hooks.NavItem]:
    """Return what the rooms gave, in the order of the places."""
    return sorted((item for answer in answers if answer for item in answer), key=lambda item: item.order)


def door(name: str) -> str:
    """Return the address of one of the frame's doors, or an empty string if this house has none."""
    for view in DOORS[name]:
        try:
            return place(view)
        except NoReverseMatch:
            continue
    return ""


def viewer_for(request: HttpRequest) -> Viewer:
    """Return the viewer of a request; before people's middleware has run, the active language decides."""
    found = getattr(request, "viewer", None)
    if isinstance(found, Viewer):
        return found
    return DEFAULT_VIEWER if translation.get_language() == "fa" else Viewer("en", "gregorian", DEFAULT_VIEWER.zone)


def theme_for(request: HttpRequest) -> str:
    """Return `light`, `dark` or `auto` (the system decides): the member's choice, else the cookie's."""
    chosen = getattr(getattr(request, "member", None), "theme", "") or request.COOKIES.get("theme", "")
    return chosen if chosen in THEMES else "auto"


def brand_for(_request: HttpRequest) -> Any:
    """Return the brand that a room gives, else our own name."""
    return plugins.hook.brand() or hooks.Brand()


def icon_address(brand: Any, size: int) -> str:
    """Return the address of the app's icon in the brand's colour."""
    return reverse("looks_icon", args=[_icon_colour(brand), size])


def script_words() -> dict[str, str]:
    """Return the few sentences that scripts say, in the language of the page."""
    return {
        "undo": _("Undo"),
        "cancel": _("Never mind"),
        "yes": _("Yes"),
        "copied": _("The link is copied."),
        "saved": _("Draft saved"),
        "kept_here": _("Kept on this device"),
        "uploading": _("Sending the picture…"),
        "upload_failed": _("The picture did not arrive. Try again, or a smaller one."),
        "alt": _("What is in this picture? Say it for those who cannot see it."),
        "no_alt": _("Without words"),
        "insert": _("Put it in"),
        "restored": _("Your unsent text is back."),
        "found": _("suggestions"),
    }


def absolute(request: HttpRequest, path: str) -> str:
    """Return the public address of a path; for a host that is not ours (its page of refusal), the path alone."""
    if settings.SITE_URL:
        return f"{settings.SITE_URL}{path}"
    try:
        return request.build_absolute_uri(path)
    except DisallowedHost:
        return path


def jinja_env() -> Environment:
    """Return the environment of our pages."""
    env: Environment = engines["jinja2"].env  # type: ignore[attr-defined]
    return env


def _icon_colour(brand: Any) -> str:
    return (brand.colour or "#0C7C7C").lstrip("#").lower()


def _csrf_input(request: HttpRequest) -> Markup:
    return Markup('<input type="hidden" name="csrfmiddlewaretoken" value="{}">').format(get_token(request))


def _current(items: list[hooks.NavItem], path: str) -> str:
    """Return the address of the item whose place, or a page below it, this path is: /s is no beginning of /search."""
    places = [(place, item.url) for item in items for place in {item.prefix or item.url, item.url}]
    here = [
        (len(place), url)
        for place, url in places
        if path == place or (place != "/" and path.startswith(f"{place.rstrip('/')}/"))
    ]
    return max(here)[1] if here else ""
