"""The one address for webmentions that our pages name; the setup behind it may change."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from patogh.channels.connectors.views.door import connector_door
from patogh.channels.models import Setup
from patogh.kit.errors import NotFound


@csrf_exempt
@require_POST
def webmention(request: HttpRequest) -> HttpResponse:
    """Hand a call to the oldest setup of webmentions that is on; 404 where nobody listens."""
    address = (
        Setup.objects.filter(connector="webmention", state="on")
        .order_by("pk")
        .values_list("address", flat=True)
        .first()
    )
    if address is None:
        raise NotFound
    return connector_door(request, address)
