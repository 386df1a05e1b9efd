"""A mail, opened with suspicion: who, to whom, what it says, which pictures, and whether a person sent it at all.

The old policy of the email package is used on purpose: the new one parses headers with code whose time grows with the
square of a hostile line, and raises on many. Every header is cut before anything looks into it.
"""

from __future__ import annotations

import email
import re
from dataclasses import dataclass, field
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses
from typing import Final

from patogh.channels.incoming import limits, quotes
from patogh.channels.incoming.texts import Found, gathered
from patogh.kit.errors import Invalid

_TOKEN_HEADERS: Final = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "Resent-To")
_BOUNDARIES: Final = re.compile(rb"boundary\s*=", re.IGNORECASE)
_MESSAGE_ID: Final = re.compile(r"<([^<>\s]{3,240})>")
_DMARC_FAILED: Final = re.compile(r"\bdmarc\s*=\s*(?:fail|permerror)\b", re.IGNORECASE)
_AWAY: Final = re.compile(
    r"(?:automatic reply|auto(?:matic)?[ -]?re(?:ply|sponse)|out of (?:the )?office|vacation (?:reply|notice)|پاسخ خودکار|جواب خودکار|در مرخصی)\b",
    re.IGNORECASE,
)
_MACHINES: Final = re.compile(
    r"(?:mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?(?:[+-].*)?)@", re.IGNORECASE
)


class MailUnreadable(Invalid):
    """A mail whose parts cannot be told from each other."""

    code = "mail_unreadable"


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as the house reads it.

    `text` is what its writer added, `pictures` are (name, bytes) as they came, `left_out` names the other files.
    `automatic` says in one word why no person sent it ("" for a person); `is_forged` that its sender's own house
    disowned it.
    """

    message_id: str
    sender: str
    recipients: list[str]
    subject: str
    text: str
    automatic: str
    is_forged: bool
    is_encrypted: bool
    pictures: list[tuple[str, bytes]] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def opened(raw: bytes) -> Message:
    """Return the parts of a mail; raises MailUnreadable for one that was made to be hard to read."""
    if len(_BOUNDARIES.findall(raw)) > limits.MAIL_PARTS_MAX:
        raise MailUnreadable("too many parts")
    try:
        return email.message_from_bytes(raw)
    except (MessageError, RecursionError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise MailUnreadable(type(error).__name__) from error


def read(raw: bytes) -> Letter:
    """Return what a mail says; raises MailUnreadable."""
    mail = opened(raw)
    try:
        found = gathered(mail)
    except (MessageError, RecursionError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise MailUnreadable(type(error).__name__) from error
    return _letter(mail, found)


def _letter(mail: Message, found: Found) -> Letter:
    sender = (addresses(mail, "From") or addresses(mail, "Sender") or [""])[0]
    subject = header(mail, "Subject")
    return Letter(
        message_id=message_id(mail),
        sender=sender,
        recipients=list(dict.fromkeys(address for name in _TOKEN_HEADERS for address in addresses(mail, name))),
        subject=subject,
        text=quotes.own_words(found.text).text,
        automatic=automatic(mail, sender, subject),
        is_forged=any(_DMARC_FAILED.search(said) for said in headers(mail, "Authentication-Results")),
        is_encrypted=mail.get_content_type() == "multipart/encrypted",
        pictures=found.pictures,
        left_out=found.left_out,
    )


def header(mail: Message, name: str) -> str:
    """Return one header as readable text on one line, cut to HEADER_CHARS_MAX; "" without one. Raises nothing."""
    return next(iter(headers(mail, name)), "")


def headers(mail: Message, name: str) -> list[str]:
    """Return every header of this name, at most ten of them, decoded."""
    found = [value for key, value in mail.raw_items() if key.lower() == name.lower()][:10]
    return [" ".join(_decoded(str(value)[: limits.HEADER_CHARS_MAX]).split()) for value in found]


def addresses(mail: Message, name: str) -> list[str]:
    """Return the addresses of every header of this name, in lower case, without names."""
    found: list[str] = []
    for key, value in mail.raw_items():
        if key.lower() == name.lower() and len(found) < limits.ADDRESSES_MAX:
            found += _listed(_plain(str(value)[: limits.HEADER_CHARS_MAX]))
    return [address.strip().lower()[:254] for address in found if "@" in address][: limits.ADDRESSES_MAX]


def _listed(value: str) -> list[str]:
    try:
        return [address for _name, address in getaddresses([value])]
    except (RecursionError, ValueError, IndexError):  # thousands of open brackets, and what else nobody writes
        return []


def message_id(mail: Message) -> str:
    """Return the Message-ID without its brackets, or ""."""
    found = _MESSAGE_ID.search(header(mail, "Message-ID"))
    return found[1] if found else ""


def automatic(mail: Message, sender: str, subject: str) -> str:
    """Return why no person sent this ("" when one did): RFC 3834, and what programs did before and beside it."""
    said = header(mail, "Auto-Submitted").lower()
    if said and not said.startswith("no"):
        return "automatic"
    if any(header(mail, name) for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Reply", "X-Autogenerated")):
        return "automatic"
    if header(mail, "Precedence").lower() in {"bulk", "junk", "list", "auto_reply", "auto-reply"}:
        return "bulk"
    if header(mail, "List-Id") or header(mail, "List-Unsubscribe"):
        return "list"
    if header(mail, "Return-Path").replace(" ", "") == "<>" or _MACHINES.match(sender):
        return "machine"
    return "away" if _AWAY.match(_without_re(subject)) else ""


def _without_re(subject: str) -> str:
    return re.sub(r"^(?:(?:re|fwd?|پاسخ|بازفرست)\s*:\s*)+", "", subject, flags=re.IGNORECASE)


def _plain(value: str) -> str:
    return value.replace("\r", " ").replace("\n", " ").replace("\0", "")


def _decoded(value: str) -> str:
    """Return a header with its encoded words read; what cannot be read stays as it came."""
    value = _plain(value).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    try:
        pieces = decode_header(value)
    except (MessageError, ValueError):
        return value
    shown = []
    for piece, charset in pieces:
        try:
            shown.append(piece if isinstance(piece, str) else piece.decode(charset or "utf-8", "replace"))
        except (LookupError, ValueError):
            shown.append(piece.decode("utf-8", "replace") if isinstance(piece, bytes) else piece)
    return "".join(shown).replace("\0", "")
