"""A mail as an arrival: whose it is, its own words, its thread and its files; or what became of a mail of ours."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterator
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from typing import Any, Final

from patogh.channels.connectors import limits
from patogh.channels.connectors.contract import Arrival, File, Known
from patogh.channels.incoming import bounces, reading
from patogh.channels.incoming import limits as mail_limits
from patogh.channels.incoming.texts import name_of

_IDS: Final = re.compile(r"<([^<>\s]{3,240})>")
_PARTS_MAX: Final = 2_000
# Quoted words and comments of Authentication-Results (RFC 8601) may hold what the sender wrote, like `dmarc=pass`.
_ASIDE: Final = re.compile(r'"(?:[^"\\]|\\.)*"|\([^()]*\)')
_EQUALS: Final = re.compile(r"\s*=\s*")


def arrivals(raw: bytes, *, ours: str, judge: str, now: dt.datetime) -> list[Arrival]:
    """Return what a mail says: one message, or the receipts of a report; nothing for a mail of our own.

    Raises MailUnreadable. `judge` names the server whose word on DMARC counts.
    """
    failures = bounces.found_in(raw)
    if failures:
        return [_receipt(failure, raw, now) for failure in failures if failure.is_hard and failure.message_id]
    letter, mail = reading.read(raw), reading.opened(raw)
    if not letter.sender or letter.sender == ours.lower():
        return []
    key = letter.message_id or f"sha256:{hashlib.sha256(raw).hexdigest()}"
    thread, reply_to = _thread(mail, key)
    data: dict[str, Any] = {"automatic": letter.automatic} if letter.automatic else {}
    data |= {"forged": letter.sender} if letter.is_forged else {}
    data |= {"encrypted": True} if letter.is_encrypted else {}
    return [
        Arrival(
            key=key, kind="message", who=None if letter.is_forged else _who(mail, letter.sender, judge),
            happened_at=_moment(mail, now), text=letter.text, subject=letter.subject, thread=thread, reply_to=reply_to,
            files=tuple(_files(mail)), data=data,
        )
    ]  # fmt: skip


def headers_only(raw: bytes, size_bytes: int, *, ours: str, now: dt.datetime) -> list[Arrival]:
    """Return a mail that was too large to take: who wrote when about what, and how large it was."""
    mail = reading.opened(raw)
    sender = (reading.addresses(mail, "From") or [""])[0]
    if not sender or sender == ours.lower():
        return []
    key = reading.message_id(mail) or f"sha256:{hashlib.sha256(raw).hexdigest()}"
    thread, reply_to = _thread(mail, key)
    return [
        Arrival(
            key=key, kind="message", who=Known("email", sender), happened_at=_moment(mail, now),
            subject=reading.header(mail, "Subject"), thread=thread, reply_to=reply_to,
            data={"too_large": True, "size_bytes": size_bytes},
        )
    ]  # fmt: skip


def _receipt(failure: bounces.Bounce, raw: bytes, now: dt.datetime) -> Arrival:
    key = hashlib.sha256(raw).hexdigest()
    return Arrival(
        key=f"bounce:{key}:{failure.address}", kind="receipt", who=None, happened_at=now, reply_to=failure.message_id,
        data={"state": "refused", "why": failure.evidence[:200]},
    )  # fmt: skip


def _who(mail: Message, sender: str, judge: str) -> Known:
    """Return who a mail says it is from: proved only by the word of our own mail server."""
    name = parseaddr(reading.header(mail, "From"))[0]
    is_proved = reading.addresses(mail, "From") == [sender] and _is_proved(mail, sender, judge)
    return Known("email", sender, is_verified=is_proved, name="" if "@" in name else name)


def _is_proved(mail: Message, sender: str, judge: str) -> bool:
    """Whether our own mail server, whose header is the uppermost, says that DMARC passed for the domain of this sender."""
    said = next((str(value) for name, value in mail.raw_items() if name.lower() == "authentication-results"), "")
    if not judge or not said:
        return False
    # As it stands: an encoded word in it is a part of an address that the sender chose.
    plain = " ".join(said[: mail_limits.HEADER_CHARS_MAX].split()).lower()
    named, *results = _EQUALS.sub("=", _ASIDE.sub(" ", plain)).split(";")
    if named.split()[:1] != [judge.lower()]:
        return False
    passed = [words for one in results if (words := one.split()) and words[0] == "dmarc=pass"]
    domains = {word.partition("=")[2] for words in passed for word in words if word.startswith("header.from=")}
    return bool(passed) and domains <= {sender.rpartition("@")[2]}


def _thread(mail: Message, key: str) -> tuple[str, str]:
    """Return the first mail of the conversation and the one that this answers; the first is the same in whatever order they come."""
    references = _IDS.findall(" ".join(reading.headers(mail, "References")))
    answers = _IDS.findall(reading.header(mail, "In-Reply-To"))
    return (references or answers or [key])[0], (answers or references[-1:] or [""])[0]


def _moment(mail: Message, now: dt.datetime) -> dt.datetime:
    try:
        return parsedate_to_datetime(reading.header(mail, "Date"))
    except (ValueError, TypeError, IndexError, OverflowError):
        return now


def _files(mail: Message) -> Iterator[File]:
    """Yield the files of a mail; beyond the first ATTACHMENTS_MAX only their names, beyond ATTACHMENTS_NAMED_MAX nothing."""
    found = (part for part, _at in zip(mail.walk(), range(_PARTS_MAX), strict=False) if _is_file(part))
    for place, part in enumerate(found):
        if place >= limits.ATTACHMENTS_NAMED_MAX:
            return
        if place >= limits.ATTACHMENTS_MAX:
            yield File(name_of(part), part.get_content_type(), why_left_out="too_many")
            continue
        content = part.get_payload(decode=True)
        yield File(name_of(part), part.get_content_type(), content if isinstance(content, bytes) else b"")


def _is_file(part: Message) -> bool:
    if part.is_multipart():
        return False
    is_named = part.get_content_disposition() == "attachment" or bool(part.get_filename())
    return is_named or part.get_content_maintype() in {"image", "audio", "video"}
