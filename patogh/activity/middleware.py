"""The first middleware: a process that lives says so before anything else can be asked of it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

GetResponse = Callable[[HttpRequest], HttpResponse]


class AliveFirst:
    """Answer /healthz without host check, session, language or database."""

    def __init__(self, get_response: GetResponse) -> None:
        """Keep what comes after."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer at once, or pass the request on."""
        if request.path_info == "/healthz" and request.method in {"GET", "HEAD"}:
            return HttpResponse("ok\n", content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"})
        return self.get_response(request)
