"""Our own static files from memory: immutable addresses, packed once, ETags, and nothing of the file system exposed."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from patogh.looks import bundle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.http import HttpRequest

FOREVER: Final = "public, max-age=31536000, immutable"
ASK_AGAIN: Final = "public, max-age=0, must-revalidate"
_PACKED_TYPES = ("text/", "application/javascript", "application/json", "image/svg+xml")
_TYPES = {".js": "text/javascript", ".woff2": "font/woff2", ".svg": "image/svg+xml", ".css": "text/css"}


@dataclass
class Asset:
    """The bytes of one file and what a browser has to know about them."""

    path: str
    body: bytes

    @cached_property
    def kind(self) -> str:
        """The media type."""
        suffix = "." + self.path.rpartition(".")[2]
        kind = _TYPES.get(suffix) or mimetypes.guess_type(self.path)[0] or "application/octet-stream"
        return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind

    @cached_property
    def etag(self) -> str:
        """A strong tag of the bytes."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:20]}"'

    @cached_property
    def packed(self) -> bytes | None:
        """The gzipped bytes, where that helps."""
        return gzip.compress(self.body, 9, mtime=0) if self.kind.startswith(_PACKED_TYPES) else None


@dataclass(frozen=True)
class Answer:
    """Status, headers and body, for Django and for the bare door alike."""

    status: int
    headers: dict[str, str]
    body: bytes


def static(path: str) -> str:
    """Return the address of a static file; it changes when any of our files does."""
    return f"{settings.STATIC_URL}{bundle.version()}/{path}"


def answer(version: str, path: str, *, if_none_match: str = "", accept_encoding: str = "") -> Answer:
    """Return the file at `path`, a 304 if the browser has it, or a 404. An address of an older version is not kept."""
    asset = _shelf(bundle.version()).get(path)
    if asset is None:
        return Answer(404, {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"}, b"Not found.\n")
    is_current = version == bundle.version()
    headers = {"ETag": asset.etag, "Cache-Control": FOREVER if is_current else ASK_AGAIN, "Vary": "Accept-Encoding"}
    headers |= {"X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "same-origin"}
    if asset.etag in if_none_match.replace("W/", ""):
        return Answer(304, headers, b"")
    headers["Content-Type"] = asset.kind
    body = asset.body
    if asset.packed is not None and "gzip" in accept_encoding:
        headers["Content-Encoding"], body = "gzip", asset.packed
    headers["Content-Length"] = str(len(body))
    return Answer(200, headers, body)


@require_safe
def static_file(request: HttpRequest, version: str, path: str) -> HttpResponseBase:
    """Serve one static file through Django (the bare door below does the same in front of it)."""
    found = answer(
        version,
        path,
        if_none_match=request.headers.get("If-None-Match", ""),
        accept_encoding=request.headers.get("Accept-Encoding", ""),
    )
    return HttpResponse(found.body, status=found.status, headers=found.headers)


class StaticDoor:
    """WSGI: answers static addresses itself and hands everything else on."""

    REASONS: Final = {200: "200 OK", 304: "304 Not Modified", 404: "404 Not Found"}

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self.application = application

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer, or hand on."""
        prefix, path = settings.STATIC_URL, environ.get("PATH_INFO", "")
        if not path.startswith(prefix) or environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            return self.application(environ, start_response)
        version, _, name = path[len(prefix) :].partition("/")
        seen, packs = environ.get("HTTP_IF_NONE_MATCH", ""), environ.get("HTTP_ACCEPT_ENCODING", "")
        found = answer(version, name, if_none_match=seen, accept_encoding=packs)
        start_response(self.REASONS[found.status], list(found.headers.items()))
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [found.body]


@lru_cache(maxsize=2)
def _shelf(_version: str) -> dict[str, Asset]:
    return {path: Asset(path, body) for path, body in bundle.files().items()}
