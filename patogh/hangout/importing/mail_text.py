"""What a message says: its text whatever its encoding, its subject, author, date and pictures."""

from __future__ import annotations

import datetime as dt
import re
from base64 import b64decode
from binascii import a2b_qp
from collections import Counter
from dataclasses import dataclass, field
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from typing import Final
from urllib.parse import urlsplit

from patogh.hangout.importing import plain, reading
from patogh.hangout.importing.records import MemberRecord

PICTURE_TYPES: Final = ("image/png", "image/jpeg", "image/webp")
REFERENCES_MAX: Final = 40
_PREFIX: Final = re.compile(
    r"^\s*(?:(?:re|aw|sv|antw|fwd?|پاسخ|جواب|ارجاع)\s*(?:\[\d+\])?\s*[:\uff1a]\s*)+", re.IGNORECASE
)
_LIST: Final = re.compile(r"^\s*\[[^\]\n]{1,40}\]\s*")
_ENCODED: Final = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_BETWEEN: Final = re.compile(r"\?=\s+=\?")
_ID: Final = re.compile(r"<([^<>\s]{1,990})>")
_OBFUSCATED: Final = re.compile(r"^\s*\"?(\S+)\s+at\s+([\w.-]+)\"?\s*(?:\((.*)\))?\s*$", re.DOTALL)
_ADDRESS: Final = re.compile(r"[!-?A-~]{1,64}@[!-?A-~]{1,189}")
_FOOTER: Final = re.compile(r"\n_{20,}[ \t]*\n(?:[^\n]*\n?){1,12}\Z")
_ENVELOPE_DATE: Final = re.compile(r"(\w{3} \w{3} +\d+ \d+:\d+:\d+ (?:[A-Z]{3,4} )?\d{4})\s*$")


@dataclass(slots=True)
class Said:
    """A message's words: `subject` as a title, `topic` folded to compare, notes of what was lost or mended on the way."""

    subject: str
    topic: str
    is_answer: bool
    text: str
    is_html: bool = False
    pictures: list[tuple[bytes, str]] = field(default_factory=list)
    notes: Counter[str] = field(default_factory=Counter)


def said(message: Message) -> Said:
    """Return what a message says."""
    subject = header(given(message, "subject"))
    bare = _LIST.sub("", _PREFIX.sub("", _LIST.sub("", subject)))
    found = Said(bare.strip(), " ".join(bare.lower().split())[:200], bool(_PREFIX.match(_LIST.sub("", subject))), "")
    texts: list[str] = []
    pages: list[str] = []
    for part in message.walk():
        if not part.is_multipart():
            _part(part, found, texts, pages)
    found.is_html = not "".join(texts).strip() and bool(pages)
    text = "\n".join(pages if found.is_html else texts).replace("\r\n", "\n").replace("\r", "\n")
    if _FOOTER.search(text):
        text = _FOOTER.sub("\n", text)
        found.notes["footers of the list were taken off"] += 1
    text = text.strip("\n")
    found.text = text if text.strip() or found.pictures else found.subject or "…"
    return found


def with_pictures(found: Said, pictures: list[tuple[str, str]]) -> str:
    """Return the body for `plain.markdown_of`, its pictures at the end under the names of their files."""
    if found.is_html:
        shown = "".join(f'<p><img src="attached:{file}" alt="{_word(name)}"></p>' for file, name in pictures)
        return plain.HTML + found.text + shown
    if not pictures:
        return plain.MAIL + found.text
    return plain.plain(found.text) + "".join(f"\n\n![{_word(name)}](attached:{file})" for file, name in pictures)


def given(message: Message, name: str) -> str:
    """Return a header as it stands in the message, its bytes decoded as far as they can be; an empty string without one."""
    raw = next((str(value) for found, value in message.raw_items() if found.lower() == name), "")
    return reading.decoded(raw.encode("utf-8", "surrogateescape"))[0]


def header(text: str) -> str:
    """Return a header's words, those that were encoded (RFC 2047) as they were meant."""
    text = _BETWEEN.sub("?==?", text)
    return reading.unmangled(" ".join(_ENCODED.sub(_word_of, text).split()))


def _word_of(found: re.Match[str]) -> str:
    """Return one encoded word; what cannot be decoded stays as it stands."""
    charset, how, word = found[1].partition("*")[0], found[2].lower(), found[3].encode("ascii", "replace")
    try:
        raw = b64decode(word + b"==") if how == "b" else a2b_qp(word, header=True)
    except ValueError:
        return found[0]
    return reading.decoded(raw, charset)[0]


def author_of(message: Message) -> MemberRecord:
    """Return who wrote a message: the address is a claim and the key a digest of it; the name never shows an address."""
    sender = given(message, "from") or given(message, "sender")
    if found := _OBFUSCATED.match(sender):
        name, address = header(found[3] or ""), f"{found[1]}@{found[2]}"
    else:
        name, address = parseaddr(sender)
        name = header(name)
    address = address.lower() if _ADDRESS.fullmatch(address) else ""
    if not name or "@" in name:
        name = address.partition("@")[0].replace(".", " ") or name.partition("@")[0]
    if not address and not name:
        return MemberRecord("nobody", "Former member")
    return MemberRecord(reading.secret_key("mail", address or f"name {name}"), name[:200], email=address)


def date_of(message: Message, envelope: str) -> tuple[dt.datetime | None, str]:
    """Return when a message was sent: by its own date, else by its envelope or the last server that took it."""
    received = given(message, "received").rpartition(";")[2]
    line = _ENVELOPE_DATE.search(envelope)
    own = given(message, "date")
    now = dt.datetime.now(dt.UTC)
    for text in (own, line[1] if line else "", received):
        found = _moment(text)
        if found and reading.EARLIEST <= found <= now:
            return found, ""
    return None, f"its date {own[:40]!r} is no date that has passed" if own else "it has no date"


def references(message: Message) -> list[str]:
    """Return the messages that this one answers, the nearest first."""
    near = _ID.findall(given(message, "in-reply-to"))[:1]
    far = _ID.findall(given(message, "references"))[-REFERENCES_MAX:]
    return list(dict.fromkeys(reading.key(key) for key in [*near, *reversed(far)]))


def first_id(text: str) -> str:
    """Return the id in a header, without its brackets."""
    found = _ID.search(text)
    return found[1] if found else text.strip()[:990]


def archived_at(message: Message) -> str:
    """Return the path of the page that an archive showed this message at (RFC 5064), or an empty string."""
    parts = urlsplit(given(message, "archived-at").strip(" <>\t")[:600])
    return f"{parts.path}?{parts.query}" if parts.query and len(parts.path) > 1 else parts.path


def _part(part: Message, found: Said, texts: list[str], pages: list[str]) -> None:
    """Add one part of a message to what it says."""
    kind = part.get_content_type()
    name = header(str(part.get_filename() or ""))
    content = part.get_payload(decode=True)
    raw = content if isinstance(content, bytes) else b""
    if kind in PICTURE_TYPES and raw:
        found.pictures.append((raw, name))
    elif kind in {"text/plain", "text/html"} and part.get_content_disposition() != "attachment":
        text, note = reading.decoded(raw, str(part.get_content_charset() or ""))
        if note:
            found.notes[f"texts whose encoding was wrong or missing ({note})"] += 1
        flowed = str(part.get_param("format") or "").lower() == "flowed"
        (texts if kind == "text/plain" else pages).append(_unfolded(text) if flowed else text)
    elif kind not in {"application/pgp-signature", "application/pkcs7-signature"}:
        found.notes[f"attachments of the kind {kind} were left out"] += 1
        texts.append(f"\n[{name}]\n" if name else "")


def _unfolded(text: str) -> str:
    """Join the lines of a flowing text (RFC 3676): one that ends in a space goes on, unless it is the sign of a signature."""
    lines: list[str] = []
    for line in text.replace("\r\n", "\n").split("\n"):
        bare = line.removeprefix(" ") if not line.startswith(">") else line
        before = lines[-1] if lines else ""
        joins = before.endswith(" ") and before != "-- " and bare != "-- " and _depth(before) == _depth(bare)
        if joins:
            lines[-1] = before + (bare.lstrip("> ") if _depth(bare) else bare)
        else:
            lines.append(bare)
    return "\n".join(lines)


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip(">"))


def _moment(text: str) -> dt.datetime | None:
    try:
        found = parsedate_to_datetime(text.strip())
        return (found if found.tzinfo else found.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _word(name: str) -> str:
    return re.sub(r"[\[\]()<>\"\\]", " ", name)[:100]
