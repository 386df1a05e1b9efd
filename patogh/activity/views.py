"""Whether this process lives and whether the house is ready, for supervisors and load balancers."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from patogh.activity import health


@require_safe
@never_cache
def healthz(_request: HttpRequest) -> HttpResponse:
    """Answer as soon as the process can: no database, no disk."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@require_safe
@never_cache
def readyz(_request: HttpRequest) -> JsonResponse:
    """Answer 200 when writes are taken and work is done in time, else 503 with the reasons."""
    found = health.readiness()
    response = JsonResponse(found, status=200 if found["ready"] else 503)
    if not found["ready"]:
        response["Retry-After"] = "5"
    return response
