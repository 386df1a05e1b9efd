"""Headers that keep a page to itself. No inline script or style exists here, so the policy needs no nonce and a
cached page stays right for everybody.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

PERMISSIONS = ", ".join(
    f"{name}=()"
    for name in (
        "accelerometer", "autoplay", "browsing-topics", "display-capture",
        "encrypted-media", "fullscreen", "gamepad", "geolocation", "gyroscope", "hid", "idle-detection", "local-fonts",
        "magnetometer", "microphone", "midi", "payment", "picture-in-picture", "screen-wake-lock", "serial", "usb",
        "xr-spatial-tracking",
    )
)  # fmt: skip


class SecurityHeaders:
    """Middleware, the first of all, so that errors carry the headers too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request and add ours; a view may bring a policy of its own."""
        response = self.get_response(request)
        policy_of_view = response.headers.get("Content-Security-Policy")
        shared = response.headers.get("Cross-Origin-Resource-Policy")  # a view may be made for other sites
        for name, value in headers(request).items():
            response.headers[name] = value
        if shared:
            response.headers["Cross-Origin-Resource-Policy"] = shared
        if policy_of_view:
            response.headers["Content-Security-Policy"] = policy_of_view
            if (
                "frame-ancestors *" in policy_of_view
            ):  # a page made for other sites' frames; the older header knows no exception
                del response.headers["X-Frame-Options"]
        return response


def headers(request: HttpRequest) -> dict[str, str]:
    """Return the headers of an answer to this request."""
    found = {
        "Content-Security-Policy": policy(live_origin(request)),
        "Permissions-Policy": PERMISSIONS,
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    if request.is_secure():
        found["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains; preload"
    return found


def policy(live: str = "") -> str:
    """Return the content security policy; `live` is the origin of the live hub where it is not ours."""
    rules = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data: blob:",
        "media-src": "'self'",
        "font-src": "'self'",
        "connect-src": f"'self' {live}".strip(),
        "form-action": "'self'",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
        "manifest-src": "'self'",
        "worker-src": "'self'",
        "object-src": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def live_origin(request: HttpRequest) -> str:
    """Return the origin of the live hub: that of PATOGH_LIVE_URL, or this host at the hub's own port."""
    given = urlsplit(getattr(settings, "LIVE_URL", ""))
    if given.netloc:
        return f"{given.scheme}://{given.netloc}"
    port = getattr(settings, "LIVE_PORT", 0)
    if not port:
        return ""
    host = request.META.get("HTTP_HOST", "localhost")
    name = host if host.endswith("]") else host.rsplit(":", 1)[0]
    safe = all(char.isalnum() or char in ".-[]:" for char in name)
    return f"{request.scheme}://{name}:{port}" if safe else ""
