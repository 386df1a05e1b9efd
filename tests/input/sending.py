"""Sending bytes to forms, and judging what comes back."""

import re
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import quote_from_bytes

from django.http import HttpResponse

from tests.house.access import Deed, Route, Walker, body_of

FORM = "application/x-www-form-urlencoded"
SAID = re.compile(
    r'role="alert"[^>]*>(.+?)</(?:div|p|ul)>|class="bad"[^>]*>(.+?)</p>|class="fault".*?<p class="muted">(.+?)</p>|class="errorlist[^>]*>(.+?)</ul>|"message": "(.+?)"',
    re.DOTALL,
)
PERSIAN, TAGS = re.compile("[آ-ی]"), re.compile(r"<[^>]+>")
CALM = {503, 507}  # what is answered when the house is busy or full


@dataclass
class Sender:
    """Somebody who fills in forms."""

    walker: Walker
    routes: dict[str, Route]
    table: dict[str, dict[str, Any]]

    def address(self, name: str, method: str, side: str = "own") -> str:
        """The address of a form."""
        return self.walker.address(self.routes[name], Deed(name, method, "", self.table[name]), side)

    def usual(self, name: str) -> dict[str, str]:
        """What the form sends when nothing is wrong."""
        values = {key.replace(".", "_"): one for key, one in self.walker.things["own"].items()}
        return {field: str(value).format(**values) for field, value in self.table[name].get("data", {}).items()}

    def send(self, name: str, method: str, fields: dict[str, str | bytes], **extra: Any) -> HttpResponse:
        """Send a form as it is, byte by byte, and take back what it did."""
        fields = {**fields, **({"_method": method} if method in {"DELETE", "PUT"} else {})}
        return self.undone(self.address(name, method), encoded(fields), **extra)

    def undone(self, address: str, body: bytes, kind: str = FORM, **extra: Any) -> HttpResponse:
        """Post a body and take back what it did."""
        with self.walker.undoing():
            response = self.walker.client.generic("POST", address, body, content_type=kind, **extra)
            body_of(response)
        self.walker.written.clear()
        return response


def encoded(fields: dict[str, str | bytes]) -> bytes:
    """A form as a browser writes it; bytes and lone surrogates go as they are."""
    raw = {
        name: one if isinstance(one, bytes) else one.encode("utf-8", "surrogatepass") for name, one in fields.items()
    }
    return "&".join(f"{name}={quote_from_bytes(one)}" for name, one in raw.items()).encode()


def sentence(response: HttpResponse) -> str:
    """What a refusal says, without markup."""
    found = SAID.search(body_of(response))
    return " ".join(TAGS.sub(" ", unescape(next(filter(None, found.groups())))).split()) if found else ""


def fault(response: HttpResponse, language: str = "fa") -> str:
    """Say what is wrong with an answer: a crash, or a refusal without a sentence that the reader understands."""
    status = response.status_code
    if status >= 500 and (status not in CALM or "Retry-After" not in response.headers):
        return f"{status} without a way out"
    if status < 400 or status == 405:  # whoever uses another method reads no page
        return ""
    said = sentence(response)
    is_understood = bool(PERSIAN.search(said)) if language == "fa" else bool(said) and not PERSIAN.search(said)
    return "" if is_understood else f"{status} says {said[:80]!r}"
