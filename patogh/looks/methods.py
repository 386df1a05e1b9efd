"""Forms can only post: a hidden `_method` field says what they mean."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

METHODS = frozenset({"PUT", "PATCH", "DELETE"})
FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})


class MethodOverride:
    """Let a plain form that posts `_method=DELETE` reach the view as the DELETE that it means."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on as it came."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> None:
        """Change the method right before the view, after the CSRF check, which reads the token of a form from a POST alone."""
        if request.method == "POST" and request.content_type in FORMS:
            meant = request.POST.get("_method", "").upper()
            if meant in METHODS:
                request.method = meant
