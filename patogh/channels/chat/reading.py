"""Reading what the script on a site sends: nothing of it is believed to have the shape that was promised."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from patogh.channels.chat import limits
from patogh.channels.chat.actions.transcripts import Wish
from patogh.channels.chat.errors import AskUnreadable, HashWrong, NothingSaid, PictureUnreadable, SaidTooMuch
from patogh.channels.connectors import facts
from patogh.channels.connectors.contract import File
from patogh.channels.connectors.storing import sniffed
from patogh.kit import persian
from patogh.kit.errors import PatoghError
from patogh.people.identifying import normal

_TOKEN: Final = re.compile(rf"[A-Za-z0-9_-]{{{limits.TOKEN_CHARS_MIN},{limits.TOKEN_CHARS_MAX}}}")
_KEY: Final = re.compile(rf"[A-Za-z0-9_-]{{8,{limits.KEY_CHARS_MAX}}}")
_PICTURES: Final = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp", "image/gif": "gif"}


@dataclass(frozen=True, slots=True)
class Who:
    """Whom a site says that its visitor is; `is_proved` when the hash of the id fits, `is_mail_proved` that of the address."""

    id: str = ""
    email: str = ""
    name: str = ""
    is_proved: bool = False
    is_mail_proved: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """A message of a visitor."""

    visitor: str
    key: str
    text: str
    who: Who
    page: str = ""
    age_s: int = 0
    files: tuple[File, ...] = ()


def ask(body: bytes) -> dict[str, Any]:
    """Return the object that came; raises AskUnreadable."""
    try:
        said = facts.loads(body)
    except PatoghError as error:
        raise AskUnreadable from error
    if not isinstance(said, dict):
        raise AskUnreadable
    return said


def visitor(said: Mapping[str, Any]) -> str:
    """Return what a visitor is known by: a digest of the token that the browser keeps, so that nobody here could show it."""
    token = said.get("token")
    if not isinstance(token, str) or not _TOKEN.fullmatch(token):
        raise AskUnreadable
    return hashlib.sha256(f"patogh-chat:{token}".encode()).hexdigest()[:40]


def who(said: Mapping[str, Any], secret: str) -> Who:
    """Return whom the site says it is; raises HashWrong for an id without its hash. The address is a claim in any case."""
    told = facts.obj(said.get("who"))
    email, name = facts.line(told.get("email"), 254), facts.line(told.get("name"), limits.NAME_CHARS_MAX)
    given, mark = told.get("id"), told.get("hash")
    if given in (None, ""):
        return Who("", email, name)
    known = str(given) if isinstance(given, (str, int)) and not isinstance(given, bool) else ""
    if not known or len(known) > limits.USER_CHARS_MAX or known != facts.line(known, limits.USER_CHARS_MAX):
        raise HashWrong
    if not secret or not _fits(mark, hash_of(known, secret)):
        raise HashWrong
    vouched, right = told.get("email_hash"), hash_of_mail(known, email, secret)
    return Who(known, email, name, is_proved=True, is_mail_proved=_fits(vouched, right) and bool(email))


def hash_of(user: str, secret: str) -> str:
    """Return the hash with which a site vouches for a user id."""
    return hmac.new(secret.encode(), user.encode(), hashlib.sha256).hexdigest()


def hash_of_mail(user: str, address: str, secret: str) -> str:
    """Return the hash with which a site vouches that an address, in small letters, is that user's."""
    return hash_of(f"{user}\n{address.lower()}", secret)


def wish(said: Mapping[str, Any], secret: str, language: str) -> tuple[Wish, str]:
    """Return where a visitor wants the conversation, and the code that came along ("" for none).

    Raises AskUnreadable, HashWrong, and what is wrong with the address.
    """
    address, code = said.get("email"), said.get("code") or ""
    if not isinstance(address, str) or not isinstance(code, str) or len(code) > limits.CODE_CHARS_MAX:
        raise AskUnreadable
    known, clean = who(said, secret), normal("email", address)
    is_vouched = known.is_mail_proved and normal("email", known.email) == clean
    return Wish(clean, language, is_vouched), persian.digits_en(code).strip()


def message(body: bytes, secret: str) -> Said:
    """Return the message in a body; raises AskUnreadable, NothingSaid, SaidTooMuch, PictureUnreadable, HashWrong."""
    said = ask(body)
    key, text = said.get("key"), facts.words(said.get("text"), limits.TEXT_CHARS_MAX + 1).strip()
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise AskUnreadable
    if len(text) > limits.TEXT_CHARS_MAX:
        raise SaidTooMuch(count=limits.TEXT_CHARS_MAX)
    files = _picture(said.get("picture"))
    if not text and not files:
        raise NothingSaid
    age = facts.whole(said.get("age_s")) or 0
    return Said(
        visitor(said), key, text, who(said, secret), facts.line(said.get("page"), 1_000),
        min(max(age, 0), limits.AGE_S_MAX), files,
    )  # fmt: skip


def _picture(said: Any) -> tuple[File, ...]:
    """Return the picture that came along: what its bytes are, whatever it is called."""
    if said is None:
        return ()
    told = facts.obj(said)
    try:
        content = base64.b64decode(str(told.get("data") or ""), validate=True)
    except (binascii.Error, ValueError) as error:
        raise PictureUnreadable from error
    media_type = sniffed(content, "")
    if not content or len(content) > limits.IMAGE_BYTES_MAX or media_type not in _PICTURES:
        raise PictureUnreadable
    name = facts.line(told.get("name"), 80).rpartition(".")[0] or "picture"
    return (File(f"{name}.{_PICTURES[media_type]}", media_type, content),)


def _fits(mark: Any, right: str) -> bool:
    """Tell whether a hash is the right one, however large its letters."""
    plain = mark.strip().lower() if isinstance(mark, str) and mark.isascii() else ""
    return hmac.compare_digest(right, plain)
