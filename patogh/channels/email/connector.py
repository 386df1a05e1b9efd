"""A shared mailbox: read over IMAP without touching it, answered over SMTP in the same thread."""

from __future__ import annotations

import datetime as dt
import hashlib
import smtplib
import socket
import ssl
from collections.abc import Mapping
from email.headerregistry import Address
from email.message import EmailMessage
from typing import Any, ClassVar, Final

from patogh.channels.connectors.client import policy_at
from patogh.channels.connectors.contract import (
    Arrival,
    Connector,
    Outgoing,
    Polled,
    Running,
    SetupBroken,
    TryLater,
    Turned,
    Unreachable,
    Unreadable,
)
from patogh.channels.email import reading
from patogh.channels.email.forms import EmailForm
from patogh.channels.incoming import fetching
from patogh.channels.incoming import limits as mail_limits
from patogh.channels.incoming.reading import MailUnreadable
from patogh.channels.models import Mailbox
from patogh.kit import egress
from patogh.kit.egress import EgressFailed, EgressRefused

POLL_S: Final = 30
MAILS_A_POLL_MAX: Final = 20
BYTES_A_POLL_MAX: Final = 40 * 1024 * 1024
TIMEOUT_S: Final = 15


class Email(Connector):
    """A mailbox that the team shares."""

    name = "email"
    icon = "mail"
    fa = "صندوق ایمیل"
    en = "E-mail box"
    can = frozenset({"poll", "send"})
    identity_kinds = ("email", "order-email")
    secret_fields: ClassVar = ("password",)
    sends_per_s = 2.0
    form = EmailForm

    def poll(self, setup: Running, cursor: Mapping[str, Any]) -> Polled:
        """Read what came after the cursor; the mailbox is left as it is, nothing is marked or moved."""
        if not setup.settings.get("imap_host"):
            return Polled((), cursor, 6 * 3600)
        where = _place(setup)
        try:
            with fetching.connected(where) as imap:
                return _read(setup, imap, where, cursor)
        except fetching.MailboxRefused as error:
            raise SetupBroken(f"the mail server {where.host} refuses the user or the password") from error
        except fetching.MailboxFault as error:
            raise TryLater(str(error)) from error

    def replayed(self, setup: Running, body: bytes) -> tuple[Arrival, ...]:
        """Read a mail again that could not be read."""
        found: list[Arrival] = []
        letters: list[Unreadable] = []
        _one(setup, body, len(body), found, letters)
        if letters:
            raise letters[0]
        return tuple(found)

    def send(self, setup: Running, message: Outgoing) -> str:
        """Send one mail and return its Message-ID without brackets."""
        if not setup.settings.get("smtp_host"):
            raise Turned("no server to send through")
        mail = letter(setup, message)
        try:
            with _smtp(setup) as smtp:
                smtp.send_message(mail)
        except smtplib.SMTPAuthenticationError as error:
            raise SetupBroken("the mail server refuses the user or the password") from error
        except smtplib.SMTPRecipientsRefused as error:
            raise _refusal(next(iter(error.recipients.values()), (0, b""))) from error
        except smtplib.SMTPResponseException as error:
            raise _refusal((error.smtp_code, error.smtp_error)) from error
        except (OSError, smtplib.SMTPException) as error:
            raise TryLater(f"the mail server does not answer well: {type(error).__name__}") from error
        return str(mail["Message-ID"]).strip("<>")

    def tried(self, setup: Running) -> str:
        """Sign in at both servers."""
        if setup.settings.get("imap_host"):
            self.poll(setup, {"validity": 0, "uid": 2**31})
        if setup.settings.get("smtp_host"):
            try:
                with _smtp(setup) as smtp:
                    smtp.noop()
            except smtplib.SMTPAuthenticationError as error:
                raise SetupBroken("the mail server refuses the user or the password") from error
            except (OSError, smtplib.SMTPException) as error:
                raise TryLater(f"there is no way to the SMTP server: {type(error).__name__}") from error
        return str(setup.settings["address"])


def letter(setup: Running, message: Outgoing) -> EmailMessage:
    """Return a message as a mail: in its thread, and with the same Message-ID at every attempt."""
    address = str(setup.settings["address"])
    local, _at, domain = address.rpartition("@")
    mail = EmailMessage()
    mail["From"] = Address(str(setup.settings.get("sender_name") or ""), local, domain)
    mail["To"] = message.value
    mail["Subject"] = _subject(message)
    mail["Message-ID"] = f"<{hashlib.sha256(f'{setup.id}:{message.key}'.encode()).hexdigest()[:32]}@{domain}>"
    mail["Date"] = setup.now()
    if message.way_out:
        mail["List-Unsubscribe"] = f"<{message.way_out}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    before = [one for one in dict.fromkeys((message.thread, message.reply_to)) if one and "@" in one]
    if before:
        mail["In-Reply-To"] = f"<{message.reply_to or before[-1]}>"
        mail["References"] = " ".join(f"<{one}>" for one in before)
    mail.set_content(message.text)
    return mail


def _subject(message: Outgoing) -> str:
    said = " ".join(message.subject.split()) or "…"
    is_answer = bool(message.reply_to) and not said.lower().startswith(("re:", "پاسخ:"))
    return f"Re: {said}" if is_answer else said


def _read(setup: Running, imap: Any, where: fetching.Place, cursor: Mapping[str, Any]) -> Polled:
    """Read up to MAILS_A_POLL_MAX mails after the cursor."""
    validity = fetching.opened(imap, where)
    mark = Mailbox(name=where.name, uid_validity=int(cursor.get("validity", 0)), last_uid=int(cursor.get("uid", 0)))
    mark.fetched_at = _looked_at(cursor)
    uid = mark.last_uid if mark.uid_validity == validity else 0
    found: list[Arrival] = []
    letters: list[Unreadable] = []
    size, is_more = 0, False
    for count, (number, size_bytes) in enumerate(fetching.new_ones(imap, mark, validity)):
        if count >= MAILS_A_POLL_MAX or size > BYTES_A_POLL_MAX:
            is_more = True
            break
        raw = fetching.taken(imap, number, size_bytes)
        uid = number
        if raw is not None:
            size += len(raw)
            _one(setup, raw, size_bytes, found, letters)
    now = setup.now()
    return Polled(
        tuple(found),
        {"validity": validity, "uid": uid, "at": now.isoformat()},
        0 if is_more else POLL_S,
        tuple(letters),
    )


def _one(setup: Running, raw: bytes, size_bytes: int, found: list[Arrival], letters: list[Unreadable]) -> None:
    """Read one mail; what cannot be read is a letter of its own."""
    ours, now = str(setup.settings["address"]), setup.now()
    try:
        if size_bytes > mail_limits.MAIL_BYTES_MAX:
            found += reading.headers_only(raw, size_bytes, ours=ours, now=now)
        else:
            found += reading.arrivals(raw, ours=ours, judge=str(setup.settings.get("judge") or ""), now=now)
    except (MailUnreadable, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        why = " ".join(str(part) for part in error.args) or type(error).__name__
        letters.append(Unreadable(f"a mail that cannot be read: {why}"[:300], body=raw))


def _looked_at(cursor: Mapping[str, Any]) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(str(cursor["at"]))
    except (KeyError, ValueError):
        return None


def _place(setup: Running) -> fetching.Place:
    said = setup.settings
    host, port = str(said["imap_host"]), int(said["imap_port"])
    return fetching.Place(
        host, port, str(said["user"]), str(said.get("password") or ""), str(said["imap_tls"]), str(said["folder"]),
        lambda timeout_s: dialled(host, port, timeout_s),
    )  # fmt: skip


def _smtp(setup: Running) -> smtplib.SMTP:
    """Connect to the SMTP server and sign in."""
    said = setup.settings
    host, port, tls = str(said["smtp_host"]), int(said["smtp_port"]), str(said["smtp_tls"])
    context = ssl.create_default_context()
    smtp = (
        _CheckedTls(host, port, timeout=TIMEOUT_S, context=context)
        if tls == "ssl" else _Checked(host, port, timeout=TIMEOUT_S)
    )  # fmt: skip
    try:
        if tls == "starttls":
            smtp.starttls(context=context)
        smtp.ehlo_or_helo_if_needed()
        if said.get("password") and smtp.has_extn("auth"):
            smtp.login(str(said["user"]), str(said["password"]))
    except BaseException:
        smtp.close()
        raise
    return smtp


class _Checked(smtplib.SMTP):
    """A connection to the very address that was checked; TLS still asks for the name."""

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:  # smtplib's own place to connect
        return dialled(host, port, timeout)


class _CheckedTls(smtplib.SMTP_SSL, _Checked):
    """The same over TLS from the first byte: smtplib wraps what the class behind it connected."""


def dialled(host: str, port: int, timeout_s: float) -> socket.socket:
    """Connect to a mail server on the open internet, or one that the operator named; its name is resolved once.

    A name that leads outside when it is looked at and inside a moment later (DNS rebinding) has no second moment here.
    """
    try:
        return egress.connect(host, port, timeout_s=timeout_s, policy=policy_at(host, port))
    except EgressRefused as error:
        raise Unreachable("the mail server is inside our own network; name it in PATOGH_CHANNELS_INSIDE") from error
    except EgressFailed as error:
        raise TryLater(f"there is no way to the mail server: {' '.join(str(part) for part in error.args)}") from error


def _refusal(said: tuple[int, bytes | str]) -> Turned | TryLater:
    code, words = said
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
    return Turned(f"{code} {text}"[:200]) if code >= 500 else TryLater(f"{code} {text}"[:200])
