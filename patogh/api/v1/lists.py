"""Pages of lists: the rows, the cursor of the next page, and the header that says the same (RFC 8288)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse


def page(ask: HttpRequest, response: HttpResponse, rows: list[Any], cursor: str | None) -> dict[str, Any]:
    """Return one page, and say in its header where the next one is."""
    if cursor:
        query = ask.GET.copy()
        query["after"] = cursor
        response["Link"] = f'<{ask.path}?{query.urlencode()}>; rel="next"'
    return {"items": rows, "next": cursor}
