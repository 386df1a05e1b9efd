"""Events go by the door of the house: no host check, session, language or CSRF stands between a program and its answer."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse

GetResponse = Callable[[HttpRequest], HttpResponse]
_CALL: Final = re.compile(r"/v1/([a-z]{1,10})/?")


class IntakeFirst:
    """Lead /v1/<call> straight to its view; everything else goes on."""

    def __init__(self, get_response: GetResponse) -> None:
        """Keep what comes after."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer an event, or pass the request on."""
        found = _CALL.fullmatch(request.path_info)
        if found is None:
            return self.get_response(request)
        from patogh.api.intake.views import intake  # loaded with the first event: pages need none of it

        return intake(request, found[1])
