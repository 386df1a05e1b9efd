"""Mails that say that a mail of ours did not arrive: the form of RFC 3464, and the plain words of older servers.

Anybody may send such a mail; so what it says counts only for a mail that we did send: its Message-ID must be one of
ours, or the report must have come to the address that stood on its envelope (`handling` looks).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import Message
from typing import Final

from patogh.channels.incoming import limits, reading
from patogh.channels.incoming.texts import decoded

_IDS: Final = re.compile(r"^message-id:\s*<([^<>\s]{3,240})>", re.IGNORECASE | re.MULTILINE)
_STATUS: Final = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_CODE: Final = re.compile(r"(?<!\d)([45])\d\d[ -]")
_ADDRESS: Final = re.compile(r"[^\s<>\"';,]{1,64}@[\w.-]{1,190}")
_SUBJECTS: Final = re.compile(
    r"undeliver|delivery status notification|delivery (?:has )?fail|mail delivery|failure notice|returned mail|returned to sender"
    r"|could not be delivered|تحویل نشد|تحویل داده نشد|برگشت خورد",
    re.IGNORECASE,
)
_TEXT_CHARS_MAX: Final = 20_000
_FULL: Final = re.compile(r"mailbox (?:is )?full|over ?quota|quota exceeded|try again later|temporar", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Bounce:
    """One failed delivery: the address that failed ("" if not said), for good or not, the words, and of which mail."""

    address: str
    is_hard: bool
    evidence: str
    message_id: str


def found_in(raw: bytes) -> list[Bounce]:
    """Return the failures that a mail reports; nothing for a mail that is no report, or reports only a delay."""
    mail = reading.opened(raw)
    report = str(mail.get_param("report-type", "")).lower()
    if mail.get_content_type() == "multipart/report" and report in {"delivery-status", "feedback-report"}:
        parts = mail.get_payload()
        pieces = [part for part in parts if isinstance(part, Message)] if isinstance(parts, list) else []
        ids = _ids(pieces)
        return _complaint(ids) if report == "feedback-report" else _reported(pieces, ids)
    return _plain_report(mail)


def _ids(pieces: list[Message]) -> str:
    """Return the Message-ID of the mail that came back with its report, or ""."""
    for piece in pieces[1:]:
        if piece.get_content_type() in {
            "text/rfc822-headers",
            "message/rfc822",
            "text/plain",
            "message/global-headers",
        }:
            below = piece.get_payload()
            inner = below[0] if isinstance(below, list) and below and isinstance(below[0], Message) else None
            found = reading.message_id(inner) if inner else ""
            if not found and (match := _IDS.search(decoded(piece)[:_TEXT_CHARS_MAX])):
                found = match[1]
            if found:
                return found
    return ""


def _complaint(message_id: str) -> list[Bounce]:
    """A member's mail house says that she called our mail spam (RFC 5965): she must not get more."""
    return [Bounce("", True, "complaint", message_id)]


def _reported(pieces: list[Message], message_id: str) -> list[Bounce]:
    blocks = [
        block
        for piece in pieces
        if piece.get_content_type() in {"message/delivery-status", "message/global-delivery-status"}
        for block in _blocks(piece)
    ]
    found = [_from_block(block, message_id) for block in blocks[: limits.ADDRESSES_MAX]]
    return [bounce for bounce in found if bounce is not None]


def _blocks(piece: Message) -> list[Message]:
    below = piece.get_payload()
    return [block for block in below if isinstance(block, Message)] if isinstance(below, list) else []


def _from_block(block: Message, message_id: str) -> Bounce | None:
    """Return what one recipient's block says, or None where it is no failure."""
    if reading.header(block, "Action").lower() != "failed":
        return None
    words = " ".join((reading.header(block, "Status"), reading.header(block, "Diagnostic-Code")))
    recipient = reading.header(block, "Original-Recipient") or reading.header(block, "Final-Recipient")
    match = _ADDRESS.search(recipient.rpartition(";")[2])
    return Bounce(match[0].lower() if match else "", is_for_good(words), words.strip()[:250], message_id)


def is_for_good(words: str) -> bool:
    """Whether these words of a mail server mean that the address never works; full boxes and 4xx may work tomorrow."""
    if _FULL.search(words):
        return False
    status = _STATUS.search(words)
    if status:
        return status[1] == "5" and (status[2], status[3]) not in {("2", "2"), ("7", "0"), ("7", "1")}
    code = _CODE.search(words)
    return bool(code and code[1] == "5")


def _plain_report(mail: Message) -> list[Bounce]:
    """Read the reports of servers that write prose: qmail, Exim, and some webmail houses."""
    sender = (reading.addresses(mail, "From") or [""])[0]
    is_machine = sender.startswith(("mailer-daemon@", "postmaster@")) or reading.header(mail, "Return-Path") == "<>"
    if not is_machine or not (
        _SUBJECTS.search(reading.header(mail, "Subject")) or reading.header(mail, "X-Failed-Recipients")
    ):
        return []
    text = _text_of(mail)
    message_id = _IDS.search(text)
    failed = reading.header(mail, "X-Failed-Recipients") or text
    address = _ADDRESS.search(failed)
    if not _STATUS.search(text) and not _CODE.search(text):
        return []
    evidence = next((line.strip() for line in text.split("\n") if _STATUS.search(line) or _CODE.search(line)), "")
    return [
        Bounce(
            address[0].lower() if address else "",
            is_for_good(evidence),
            evidence[:250],
            message_id[1] if message_id else "",
        )
    ]


def _text_of(mail: Message) -> str:
    parts = [part for part in mail.walk() if part.get_content_maintype() == "text"][:5]
    return "\n".join(decoded(part)[:_TEXT_CHARS_MAX] for part in parts)
