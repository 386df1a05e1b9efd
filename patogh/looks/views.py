"""Doors of the design system: tiles, icons, manifest, service worker, choices, and the living style page."""

from __future__ import annotations

import io
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe
from PIL import Image, ImageDraw

from patogh.kit.errors import Invalid
from patogh.kit.hooks import plugins
from patogh.looks import bundle, contrast, girih, pages, showcase, tint
from patogh.looks.jinja import icon_names
from patogh.looks.static import FOREVER

CHOICE_AGE_S = 400 * 24 * 3600


@require_safe
def avatar(_request: HttpRequest, seed: str) -> HttpResponse:
    """Serve the tile of a seed; it never changes."""
    return _kept(girih.avatar(seed), "image/svg+xml")


@require_safe
def field(_request: HttpRequest, seed: str) -> HttpResponse:
    """Serve the quiet strapwork of a thing without a picture; it never changes."""
    return _kept(girih.field(seed), "image/svg+xml")


@require_safe
def brand_css(_request: HttpRequest, colour: str) -> HttpResponse:
    """Serve the tokens of a brand colour."""
    return _kept(tint.stylesheet(f"#{colour}".upper()), "text/css; charset=utf-8")


@require_safe
def app_icon_svg(_request: HttpRequest, colour: str) -> HttpResponse:
    """Serve the app's icon as a drawing."""
    return _kept(girih.app_icon(f"#{colour}"), "image/svg+xml")


@require_safe
def app_icon(_request: HttpRequest, colour: str, size: str) -> HttpResponse:
    """Serve the app's icon as a picture of 180, 192 or 512 pixels."""
    return _kept(_icon_png(f"#{colour}", int(size)), "image/png")


@require_safe
def manifest(request: HttpRequest) -> JsonResponse:
    """Serve the web app manifest in the brand's name and colour."""
    brand, known = pages.brand_for(request), pages.common(request)
    icons = [
        {"src": pages.icon_address(brand, size), "sizes": f"{size}x{size}", "type": "image/png"} for size in (192, 512)
    ]
    icons.append({**icons[-1], "purpose": "maskable"})
    return JsonResponse(
        {
            "name": str(brand.name), "short_name": str(brand.name), "description": str(brand.tagline), "icons": icons,
            "id": "/", "start_url": "/", "scope": "/", "display": "standalone", "lang": known["lang"],
            "dir": known["dir"], "background_color": "#F7F2E8", "theme_color": "#F7F2E8",
        },
        content_type="application/manifest+json",
    )  # fmt: skip


@require_safe
def service_worker(_request: HttpRequest) -> HttpResponse:
    """Serve the worker from the root, so that it may answer for every page."""
    body = bundle.files()["looks/sw.js"].decode().replace("VERSION", bundle.version())
    return HttpResponse(body, headers={"Content-Type": "text/javascript; charset=utf-8", "Cache-Control": "no-cache"})


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """Show the page that the worker keeps for the time without a connection."""
    return pages.render(request, "looks/offline.html")


@csrf_exempt
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keep the theme somebody chose in the footer."""
    return _choose(request, "theme", pages.THEMES)


@csrf_exempt
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Keep the language somebody chose in the footer."""
    return _choose(request, "language", tuple(code for code, _name in settings.LANGUAGES))


@require_safe
def style_page(request: HttpRequest) -> HttpResponse:
    """Show every component in every state, in both directions and both themes."""
    tables = {name: contrast.pairs(tokens) for name, tokens in contrast.themes().items()}
    facts = {
        "panes": showcase.panes(request),
        "tables": tables,
        "themes": contrast.themes(),
        "icons": sorted(icon_names()),
    }
    return pages.render(request, "looks/style.html", facts)


def _choose(request: HttpRequest, name: str, allowed: tuple[str, ...]) -> HttpResponse:
    # Strangers' pages are the same bytes for all and hold no token; the browser itself says where the form stood.
    value = request.POST.get(name, "") if request.headers.get("Sec-Fetch-Site") != "cross-site" else ""
    if value not in allowed:
        raise Invalid(field=name)
    plugins.hook.remember_choice(request=request, name=name, value=value)
    there = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(there, {request.get_host()}, require_https=request.is_secure())
    response: HttpResponse = (
        HttpResponse(status=204) if pages.wants_part(request) else HttpResponseRedirect(there if safe else "/")
    )
    response.set_cookie(name, value, max_age=CHOICE_AGE_S, samesite="Lax", httponly=True, secure=request.is_secure())
    return response


def _kept(body: str | bytes, kind: str) -> HttpResponse:
    return HttpResponse(body, headers={"Content-Type": kind, "Cache-Control": FOREVER})


@lru_cache(maxsize=12)
def _icon_png(colour: str, size: int) -> bytes:
    scale = size * 4 / 48
    picture = Image.new("RGB", (size * 4, size * 4), colour)
    pen = ImageDraw.Draw(picture)
    centre, radius = 24 * scale, 15.3 * scale
    box = (centre - radius, centre - radius, centre + radius, centre + radius)
    pen.ellipse(box, outline="#FFFCF5", width=round(3.4 * scale))
    points, _inner = girih.star_outline(8, 3, 7.2 * scale, 0, centre)
    pen.polygon(points, fill="#F3C04F")
    out = io.BytesIO()
    picture.resize((size, size), Image.Resampling.LANCZOS).save(out, "PNG", optimize=True)
    return out.getvalue()
