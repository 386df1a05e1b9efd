"""Handing mails to the server: one connection for a turn, each refusal told apart from a server that is down."""

from __future__ import annotations

import contextlib
import smtplib
import threading
from email.utils import parseaddr
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

from patogh.channels import places
from patogh.channels.hookspecs import Section
from patogh.channels.mail import letters
from patogh.channels.mail.letters import Letter
from patogh.channels.queries.digests import sections_of
from patogh.channels.queries.wishes import is_closed
from patogh.channels.registry import Channel, ChannelDown, NotReachable, Parcel, Refused
from patogh.looks import pages
from patogh.looks.jinja import VIEWER
from patogh.looks.tint import shades
from patogh.people.consent.places import sender
from patogh.people.models import Member
from patogh.people.queries import brand

_BUSY = 421
_FOR_GOOD = 500


class _Line(threading.local):
    """The open connection of this thread, if there is one."""

    open: Any = None


_line = _Line()


def why_not(member: Member) -> str:
    """Return why a member cannot be reached by mail, or ""."""
    if not member.email:
        return "no_address"
    if not EmailAddress.objects.filter(user=member, email__iexact=member.email, verified=True).exists():
        return "unverified"
    if is_closed(member.email.lower()):
        return "bounced"
    return ""


def send(parcel: Parcel) -> str:
    """Send a parcel as one mail and return its address; raises what `registry` says a channel may raise."""
    mail = composed(parcel)
    to = str(mail.to[0])
    _hand_over(mail, to)
    return to


def composed(parcel: Parcel) -> EmailMultiAlternatives:
    """Return the mail of a parcel, in the active language; raises NotReachable where there is nothing to say."""
    reply_to = ""
    if any(one.kind == "farewell" for one in parcel.deliveries):
        letter = letters.of_farewell(parcel)
    elif parcel.thread == "digest":
        letter = letters.of_digest(parcel, _sections(parcel))
        if not letter.sections:
            raise NotReachable("empty")
    else:
        target = next((piece.reply_to for piece in parcel.pieces if piece.reply_to), None)
        reply_to = reply_address(parcel.member, target) if target else ""
        letter = letters.of_thread(parcel, can_reply=bool(reply_to))
    return message(letter, parcel, reply_to)


def message(letter: Letter, parcel: Parcel, reply_to: str = "") -> EmailMultiAlternatives:
    """Return a letter as a mail with all its headers."""
    member, house = parcel.member, letters.brand_name(parcel.member.language)
    headers = {
        "Message-ID": parcel.message_id,
        "List-Id": f"{brand().name_en.encode('ascii', 'ignore').decode()} <notices.{places.list_host()}>".strip(),
        "List-Unsubscribe": _ways_out(letter, parcel),
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    if parcel.thread != "digest":
        headers["In-Reply-To"] = headers["References"] = places.thread_id(parcel.thread)
    sender = f"{letters.one_line(letter.sender)} · {house}" if letter.sender else house
    mail = EmailMultiAlternatives(
        letter.subject, letters.plain(letter, member), _envelope(member) or _from(sender), [str(member.email)],
        headers={**headers, "From": _from(sender)}, reply_to=[reply_to] if reply_to else None,
    )  # fmt: skip
    mail.attach_alternative(html(letter, member), "text/html")
    return mail


def html(letter: Letter, member: Member) -> str:
    """Return the HTML part."""
    row = brand()
    colour = row.colour or "#0C7C7C"
    shown = VIEWER.set(member.viewer)
    try:
        facts = {
            "letter": letter, "lang": member.language, "dir": "rtl" if member.language == "fa" else "ltr",
            "brand_name": letters.brand_name(member.language), "absolute": places.absolute, "site": places.site(),
            "light": shades(colour, "light"), "dark": shades(colour, "dark"), "settings_url": letters.settings_address(),
        }  # fmt: skip
        return pages.jinja_env().get_template("channels/mail/letter.html").render(facts)
    finally:
        VIEWER.reset(shown)


def hang_up() -> None:
    """Close this thread's connection to the mail server."""
    line, _line.open = _line.open, None
    if line is not None:
        with contextlib.suppress(smtplib.SMTPException, OSError):
            line.close()


def reply_address(member: Member, target: tuple[str, int]) -> str:
    """Return the address to which this member may answer about a thing; "" where no mail is taken in."""
    from patogh.channels.incoming import addresses

    return addresses.reply_address(member, *target) or ""


def _sections(parcel: Parcel) -> list[Section]:
    matter = next((one.data for one in parcel.deliveries if one.kind == "digest"), None)
    return sections_of(parcel.member, matter) if matter else []


def _ways_out(letter: Letter, parcel: Parcel) -> str:
    """Return the ways to unsubscribe: with one click, and by a mail where we take mail in."""
    from patogh.channels.incoming import addresses

    what = "digest" if parcel.thread == "digest" else parcel.deliveries[-1].kind
    by_mail = addresses.unsubscribe_address(parcel.member, what)
    ways = [f"<{letter.unsubscribe[1]}>", *([f"<mailto:{by_mail}?subject=unsubscribe>"] if by_mail else [])]
    return ", ".join(ways)


def _envelope(member: Member) -> str:
    """Return the address to which a mail that cannot be delivered comes back, "" where that is the sender's.

    It names the member (VERP), so that a report is understood that names nothing; only in our sender's own domain, for
    the sake of SPF.
    """
    from patogh.channels.incoming import addresses

    bounce = addresses.bounce_address(member) or ""
    own = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2].lower()
    return bounce if bounce.rpartition("@")[2].lower() == own else ""


def _from(name: str) -> str:
    """Return the sender: our address under another name."""
    own = parseaddr(settings.DEFAULT_FROM_EMAIL)[1] or settings.DEFAULT_FROM_EMAIL
    quoted = name.replace("\\", "").replace('"', "")
    return f'"{quoted}" <{own}>'


@sender(
    "channels.member_mail", purpose="summary", channel="mail",
    why="Notices that a member chose are service; a summary asks the gate (queries.judging) right before it leaves.",
)  # fmt: skip
def _hand_over(mail: EmailMultiAlternatives, to: str) -> None:
    """Give a mail to the server; raises Refused or ChannelDown."""
    try:
        if _line.open is None:
            line = get_connection()
            line.open()
            _line.open = line
        mail.connection = _line.open
        mail.send()
    except smtplib.SMTPRecipientsRefused as error:
        code, said = next(iter(error.recipients.values()))
        _refused(code, said, to)
    except smtplib.SMTPAuthenticationError as error:
        raise _down(error) from error
    except (smtplib.SMTPDataError, smtplib.SMTPSenderRefused) as error:
        _refused(error.smtp_code, error.smtp_error, to)
    except (smtplib.SMTPException, OSError) as error:
        raise _down(error) from error


def _refused(code: int, said: bytes | str, to: str) -> None:
    """Raise what an answer of the mail server means: closed for now, gone for good, or try again later."""
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    evidence = f"{code} {letters.one_line(words)}"
    if code == _BUSY:
        hang_up()
        raise ChannelDown(evidence)
    if code >= _FOR_GOOD:
        raise Refused(evidence, address=to, hard="5.1" in words or code in {550, 551, 553})
    raise OSError(evidence)


def _down(error: Exception) -> ChannelDown:
    hang_up()
    return ChannelDown(f"{type(error).__name__}: {error}"[:300])


MAIL = Channel(
    name="mail", icon="mail", fa="ایمیل", en="E-mail", send=send, why_not=why_not, always_open=True, gathers=True,
    closes=hang_up,
)  # fmt: skip
