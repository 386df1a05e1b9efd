"""Asking a Bot API: one method a call, and what its refusals mean."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from patogh.channels.connectors import facts
from patogh.channels.connectors.client import retry_after_s
from patogh.channels.connectors.contract import File, Running, SetupBroken, TryLater, Turned, Unreadable, Unsure
from patogh.kit.egress import Fetched

ANSWER_BYTES_MAX: Final = 8_000_000
JUDGED: Final = range(400, 600)  # statuses that are read here: the body says what is meant
_DROPPED: Final = dict.fromkeys(map(ord, '"\\\r\n'), "_")


class Moved(Exception):
    """A group became a supergroup and has another number now."""

    def __init__(self, chat: int) -> None:
        super().__init__(chat)
        self.chat = chat


def ask(setup: Running, method: str, said: Mapping[str, Any], timeout_s: float = 20, *, once: bool = False) -> Any:
    """Call a method and return its `result`; raises TryLater, SetupBroken, Turned, Unreadable, Moved, and with `once` Unsure."""
    answer = setup.http.request(
        "POST", _url(setup, method), json=dict(said), timeout_s=timeout_s, limit_bytes=ANSWER_BYTES_MAX, passes=JUDGED,
        once=once,
    )  # fmt: skip
    return _result_once(answer) if once else _result(answer)


def upload(setup: Running, method: str, said: Mapping[str, str], field: str, file: File) -> Any:
    """Call a method with a file of ours."""
    boundary = secrets.token_hex(16)
    name = facts.line(file.name, 100).translate(_DROPPED) or "file"
    head = "".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
        for key, value in said.items()
    )
    head += f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n'
    head += f"Content-Type: {(file.media_type or 'application/octet-stream').translate(_DROPPED)}\r\n\r\n"
    body = head.encode() + (file.content or b"") + f"\r\n--{boundary}--\r\n".encode()
    answer = setup.http.request(
        "POST", _url(setup, method), body=body, timeout_s=60, limit_bytes=ANSWER_BYTES_MAX, passes=JUDGED,
        headers={"Content-Type": f"multipart/form-data; boundary={boundary}"}, once=True,
    )  # fmt: skip
    return _result_once(answer)


def file_url(setup: Running, path: str) -> str:
    """Return where a file lies; the address holds the token and must never be kept."""
    return f"{setup.settings['server'].rstrip('/')}/file/bot{setup.settings['token']}/{path}"


def _url(setup: Running, method: str) -> str:
    return f"{setup.settings['server'].rstrip('/')}/bot{setup.settings['token']}/{method}"


def _result_once(answer: Fetched) -> Any:
    """Return the result of what must not happen twice: a good status with words that nobody can read may be one."""
    try:
        return _result(answer)
    except Unreadable as error:
        raise Unsure(*error.args) from error


def _result(answer: Fetched) -> Any:
    """Return the result of an answer, whatever its status says: the body knows better."""
    try:
        said = facts.obj(json.loads(answer.body))
    except (ValueError, RecursionError):
        said = {}
    if answer.status < 300 and said.get("ok") is True:
        return said.get("result")
    code = facts.whole(said.get("error_code")) or answer.status
    if said.get("ok") is not False and code not in JUDGED:
        raise Unreadable(_("The bot's server answered in a way we could not read."))
    more = facts.obj(said.get("parameters"))
    after_s: float | None = facts.whole(more.get("retry_after"))
    if after_s is None:
        after_s = retry_after_s(answer.headers.get("retry-after", ""), timezone.now())
    raise _refusal(code, facts.line(said.get("description"), 200), facts.whole(more.get("migrate_to_chat_id")), after_s)


def _refusal(code: int, why: str, moved: int | None, after_s: float | None) -> Exception:
    if moved is not None:
        return Moved(moved)
    if code == 429 or code >= 500:
        return TryLater(_("The bot's server cannot take more now."), after_s=after_s)
    if code in {401, 404} and "method" not in why:
        return SetupBroken(_("The bot's server does not know this token."))
    if code == 409:
        return TryLater(_("Another program reads this bot's messages; only one may."))
    if 400 <= code < 500:
        return Turned(why or _("The bot's server refused this."))
    return Unreadable(_("The bot's server answered in a way we could not read."))
