"""Forms can only post: a hidden `_method` field says what they mean."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

METHODS = frozenset({"PUT", "PATCH", "DELETE"})


class MethodOverride:
    """Let a plain form that posts `_method=DELETE` reach the view as the DELETE that it means."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Read the field after the CSRF check has read the form."""
        if request.method == "POST" and request.content_type in {
            "application/x-www-form-urlencoded",
            "multipart/form-data",
        }:
            meant = request.POST.get("_method", "").upper()
            if meant in METHODS:
                request.method = meant
        return self.get_response(request)
