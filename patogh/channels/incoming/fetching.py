"""Visits to the mailbox: short, within a time of their own, and never losing a mail that a crash cut off.

The mailbox is read by UID from the last one that is kept here on. A mail is marked as seen only after it is in the
database; a crash before that fetches it again, and its Message-ID tells that it is there. When the server gives new
UIDs (another UIDVALIDITY), the last days are read once more.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import imaplib
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from django.conf import settings
from django.utils import timezone

from patogh.channels.incoming import actions, limits, reading
from patogh.channels.models import Mailbox

_UID: Final = re.compile(rb"\bUID (\d+)")
_SIZE: Final = re.compile(rb"\bRFC822\.SIZE (\d+)")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ODD: Final = (ValueError, TypeError, IndexError, AttributeError, KeyError, EOFError)


class MailboxFault(Exception):
    """The mailbox could not be read; the sentence is for the operator."""


class MailboxRefused(MailboxFault):
    """The mailbox does not let us in."""


@dataclass(frozen=True, slots=True)
class Place:
    """Which mailbox, and how to come in."""

    host: str
    port: int
    user: str
    password: str
    tls: str
    folder: str
    dial: Callable[[float], socket.socket] | None = None  # connects, where the host is somebody else's word

    @property
    def name(self) -> str:
        """What the mailbox is known as here."""
        return f"{self.user}@{self.host}:{self.port}/{self.folder}"[:250]


def place() -> Place:
    """Return the mailbox of the settings; raises MailboxFault for settings that name none."""
    tls = settings.IMAP_TLS.strip().lower()
    if tls not in {"ssl", "starttls", "none"}:
        raise MailboxFault(f"PATOGH_IMAP_TLS must be ssl, starttls or none, not {tls[:20]!r}.")
    port = settings.IMAP_PORT or (993 if tls == "ssl" else 143)
    return Place(settings.IMAP_HOST, port, settings.IMAP_USER, settings.IMAP_PASSWORD, tls, settings.IMAP_FOLDER)


def fetch(where: Place) -> int:
    """Keep every mail that is new in a mailbox, at most MAILS_PER_FETCH_MAX; returns how many. Raises MailboxFault."""
    with connected(where) as imap:
        validity = opened(imap, where)
        mark = Mailbox.objects.filter(pk=where.name).first() or Mailbox(name=where.name)
        kept = size = 0
        for uid, size_bytes in new_ones(imap, mark, validity):
            if kept >= limits.MAILS_PER_FETCH_MAX or size > limits.BYTES_PER_FETCH_MAX:
                break
            raw = taken(imap, uid, size_bytes)
            if raw is not None:
                actions.keep_mail(_as_fetched(raw, size_bytes), mailbox=where.name, uid_validity=validity, uid=uid)
                imap.uid("STORE", str(uid), "+FLAGS.SILENT", r"(\Seen)")
                kept, size = kept + 1, size + len(raw)
    return kept


class _Bounded(imaplib.IMAP4):
    """A connection that ends after FETCH_S_MAX, whatever the server does: one that drips never runs into a timeout."""

    alarm: threading.Timer | None = None
    spare: socket.socket

    def __init__(self, where: Place, **how: Any) -> None:
        self.dial = where.dial
        super().__init__(where.host, where.port, timeout=limits.IMAP_TIMEOUT_S, **how)

    def _create_socket(self, timeout: float | None) -> socket.socket:  # imaplib's own place to make the connection
        dial = self.dial or partial(imaplib.IMAP4._create_socket, self)  # type: ignore[attr-defined]  # noqa: SLF001
        plain: socket.socket = dial(timeout or limits.IMAP_TIMEOUT_S)
        self.spare = plain.dup()
        self.alarm = threading.Timer(limits.FETCH_S_MAX, _end, [self.spare])
        self.alarm.daemon = True
        self.alarm.start()
        return plain

    def shutdown(self) -> None:
        """Close, and let the alarm rest."""
        if self.alarm is not None:
            self.alarm.cancel()
            self.spare.close()
            self.alarm = None
        with suppress(OSError):
            super().shutdown()


class _BoundedTls(_Bounded, imaplib.IMAP4_SSL):
    """The same over TLS from the first byte."""

    def _create_socket(self, timeout: float | None) -> socket.socket:
        plain = super()._create_socket(timeout)
        try:
            secured: socket.socket = self.ssl_context.wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            self.shutdown()
            raise
        return secured


def _end(wire: socket.socket) -> None:
    with suppress(OSError):
        wire.shutdown(socket.SHUT_RDWR)


def take(raw: bytes) -> bool:
    """Keep a mail that a mail server hands over instead of a mailbox; returns whether it was new."""
    cut = raw if len(raw) <= limits.MAIL_BYTES_MAX else raw.partition(b"\n\n")[0][: limits.HEADERS_BYTES_MAX]
    return actions.keep_mail(_as_fetched(cut, len(raw)), mailbox="handed over", uid_validity=0, uid=0)


@contextmanager
def connected(where: Place) -> Iterator[imaplib.IMAP4]:
    """Come in, and go whatever happens."""
    imap = _came_in(where)
    try:
        _signed_in(imap, where)
        yield imap
        with suppress(OSError, imaplib.IMAP4.error, *_ODD):
            imap.logout()
    except TimeoutError as error:
        raise MailboxFault(f"the mail server {where.host} does not answer in time.") from error
    except (OSError, imaplib.IMAP4.abort) as error:
        raise MailboxFault(f"the connection to the mail server {where.host} broke: {_said(error)}") from error
    except (imaplib.IMAP4.error, *_ODD) as error:
        raise MailboxFault(
            f"the mail server {where.host} says something we do not understand: {_said(error)}"
        ) from error
    finally:
        _hang_up(imap)


def _came_in(where: Place) -> imaplib.IMAP4:
    """Connect, with TLS where it is wanted; the certificate must be good."""
    tls = ssl.create_default_context()
    try:
        if where.tls == "ssl":
            return _BoundedTls(where, ssl_context=tls)
        imap = _Bounded(where)
        if where.tls == "starttls":
            imap.starttls(tls)
    except TimeoutError as error:
        raise MailboxFault(f"the mail server {where.host} does not answer in time.") from error
    except ssl.SSLError as error:
        raise MailboxFault(
            f"the certificate of {where.host} is not good, or it speaks no TLS there: {_said(error)}"
        ) from error
    except OSError as error:
        raise MailboxFault(
            f"there is no way to the mail server {where.host}, port {where.port}: {_said(error)}"
        ) from error
    except (imaplib.IMAP4.error, *_ODD) as error:
        raise MailboxFault(
            f"what answers at {where.host}, port {where.port}, is no IMAP server: {_said(error)}"
        ) from error
    return imap


def _signed_in(imap: imaplib.IMAP4, where: Place) -> None:
    try:
        imap.login(where.user, where.password)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        raise MailboxRefused(
            f"the mail server {where.host} refuses the user or the password of PATOGH_IMAP_USER."
        ) from error


def opened(imap: imaplib.IMAP4, where: Place) -> int:
    """Open the folder and return its UIDVALIDITY."""
    quoted = where.folder.replace("\\", "\\\\").replace('"', '\\"')
    status, _data = imap.select(f'"{quoted}"')
    if status != "OK":
        raise MailboxFault(f"there is no folder {where.folder!r} in the mailbox of {where.user}.")
    _name, found = imap.response("UIDVALIDITY")
    validity = found[0] if found else None
    return int(validity) if isinstance(validity, bytes) else 0


def new_ones(imap: imaplib.IMAP4, mark: Mailbox, validity: int) -> Iterator[tuple[int, int]]:
    """Yield (UID, size) of what came after the mark, lowest UID first."""
    goes_on = mark.last_uid > 0 and mark.uid_validity == validity
    look = f"UID {mark.last_uid + 1}:*" if goes_on else f"SINCE {_since(mark)}"
    _status, data = imap.uid("SEARCH", look)
    found = sorted(int(word) for word in (data[0] or b"").split() if word.isdigit())
    for uid in found:
        if goes_on and uid <= mark.last_uid:  # `n:*` always names the last mail, even below n
            continue
        _status, lines = imap.uid("FETCH", str(uid), "(UID RFC822.SIZE)")
        sizes = [_SIZE.search(line) for line in lines if isinstance(line, bytes)]
        size = next((int(match[1]) for match in sizes if match), None)
        if size is not None:
            yield uid, size


def _since(mark: Mailbox) -> str:
    """Return the day from which a mailbox is read that has no mark: of a new one, mails of long ago are nobody's."""
    back = dt.timedelta(days=limits.FIRST_LOOK_BACK_DAYS)
    day = (mark.fetched_at or timezone.now()) - back
    return f"{day.day}-{_MONTHS[day.month - 1]}-{day.year}"


def taken(imap: imaplib.IMAP4, uid: int, size_bytes: int) -> bytes | None:
    """Return a mail, only its headers if it is too large, or None for one that went away meanwhile."""
    what = "BODY.PEEK[]" if size_bytes <= limits.MAIL_BYTES_MAX else "BODY.PEEK[HEADER]"
    _status, data = imap.uid("FETCH", str(uid), f"(UID {what})")
    found = [part[1] for part in data if isinstance(part, tuple) and (_uid_of(part[0]) in {uid, None})]
    return bytes(found[0]) if found else None


def _uid_of(line: Any) -> int | None:
    match = _UID.search(line) if isinstance(line, bytes) else None
    return int(match[1]) if match else None


def _as_fetched(raw: bytes, size_bytes: int) -> actions.Fetched:
    """Return what is kept of a mail; a hostile one still has a digest."""
    try:
        headers = reading.opened(_headers(raw))
        message_id, senders = reading.message_id(headers), reading.addresses(headers, "From")
    except (reading.MailUnreadable, RecursionError, *_ODD):
        message_id, senders = "", []
    known_by = message_id.encode("utf-8", "replace") if message_id else raw
    return actions.Fetched(
        hashlib.sha256(known_by).hexdigest(), message_id, (senders or [""])[0], raw, max(size_bytes, len(raw))
    )


def _headers(raw: bytes) -> bytes:
    ends = [at for at in (raw.find(b"\r\n\r\n"), raw.find(b"\n\n")) if at >= 0]
    return raw[: min([*ends, limits.HEADERS_BYTES_MAX])] + b"\r\n\r\n"


def _hang_up(imap: imaplib.IMAP4) -> None:
    with suppress(OSError, *_ODD):
        imap.shutdown()


def _said(error: BaseException) -> str:
    return " ".join(str(error).split())[:120] or type(error).__name__
