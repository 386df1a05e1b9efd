"""What this room plugs in: the address at which a page listens to the live hub."""

from __future__ import annotations

import sys

from django.conf import settings
from django.http import HttpRequest

from patogh.activity import live
from patogh.kit.hooks import hookimpl, plug


@hookimpl
def live_address(request: HttpRequest, channels: list[str]) -> str | None:
    """Return the hub's address: behind the proxy's path, else this host at the hub's port; None to poll."""
    if settings.LIVE_URL:
        return f"{settings.LIVE_URL}?{live.address(channels)}"
    if not settings.LIVE_PORT:
        return None
    host = request.get_host().rpartition(":")[0] if ":" in request.get_host().rpartition("]")[2] else request.get_host()
    return f"{request.scheme}://{host}:{settings.LIVE_PORT}/live?{live.address(channels)}"


plug(sys.modules[__name__])
