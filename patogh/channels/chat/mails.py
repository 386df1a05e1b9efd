"""The mails of the chat: a code that proves an address, and a conversation; both in words and in HTML."""

from __future__ import annotations

import datetime as dt
import hashlib
import smtplib
from dataclasses import dataclass
from dataclasses import field as made_of

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from patogh.channels import places
from patogh.channels.chat import answers, limits
from patogh.channels.chat.actions import transcripts
from patogh.channels.models import Message, Transcript
from patogh.channels.queries import is_closed
from patogh.kit import persian
from patogh.kit.calendar import DEFAULT_VIEWER, Viewer, stamp
from patogh.looks import pages
from patogh.people.consent.places import sender
from patogh.people.leaving import sources
from patogh.people.queries import brand


@dataclass(frozen=True)
class Said:
    """One message of a conversation: who, when, its paragraphs and the names of its files."""

    author: str
    when: str
    paragraphs: list[str]
    files: list[str]
    is_mine: bool


@dataclass
class Letter:
    """One mail of the chat."""

    subject: str
    lines: list[str]
    code: str = ""
    said: list[Said] = made_of(default_factory=list)
    closing: list[str] = made_of(default_factory=list)


def send_code(transcript_id: int) -> None:
    """Mail the code of a wish that is not proved; one that is late or gone is let go."""
    row = Transcript.objects.filter(pk=transcript_id, proved_at=None).first()
    late = timezone.now() - dt.timedelta(seconds=limits.CODE_S)
    if row is None or row.asked_at < late or _is_nobody(row.address):
        return
    with translation.override(row.language):
        facts = {"brand": _brand_name(row.language), "code": transcripts.code_of(row)}
        letter = Letter(
            _("Your code for the conversation with %(brand)s: %(code)s") % facts,
            [_("Type this code in the chat, and the conversation is sent here. It works for fifteen minutes.")],
            facts["code"],
            closing=[_("If you did not ask for it, do nothing: nothing is sent without the code.")],
        )
        _send(composed(letter, row, "code"))


def send_transcript(transcript_id: int) -> None:
    """Mail a conversation to an address that was proved; once."""
    rows = Transcript.objects.select_related("identity").filter(pk=transcript_id, sent_at=None)
    row = rows.exclude(proved_at=None).first()
    if row is None or _is_nobody(row.address):
        return
    with translation.override(row.language):
        has_left = _send(composed(conversation(row), row, "talk"))
    if has_left:
        transcripts.note_sent(row)


def conversation(row: Transcript) -> Letter:
    """Return the letter with what was said, oldest first; at most TRANSCRIPT_MESSAGES_MAX of it."""
    viewer = Viewer("fa") if row.language == "fa" else Viewer("en", "gregorian", DEFAULT_VIEWER.zone)
    found = (
        answers.said(row.setup_id, row.identity_id).select_related("by").prefetch_related("attachments").order_by("-pk")
    )
    newest = list(found[: limits.TRANSCRIPT_MESSAGES_MAX])[::-1]
    facts = {"brand": _brand_name(row.language)}
    return Letter(
        _("Your conversation with %(brand)s") % facts,
        [_("You asked for this in the chat. Here is what was said.")] if newest else [_("Nothing was said yet.")],
        said=[_said(one, viewer, facts["brand"]) for one in newest],
        closing=[_("This mail was asked for once; we send no others because of it.")],
    )


def composed(letter: Letter, row: Transcript, what: str) -> EmailMultiAlternatives:
    """Return a letter as a mail: words and HTML of the same facts, one Message-ID however often it is tried."""
    pieces = [*letter.lines, letter.code]
    for one in letter.said:
        pieces += ["\n".join([f"{one.author} · {one.when}:", *one.paragraphs, *(f"[{name}]" for name in one.files)])]
    name = _brand_name(row.language)
    pieces += [*letter.closing, f"-- \n{name}"]
    mark = hashlib.sha256(f"{what}:{row.pk}:{row.asked_at.isoformat()}".encode()).hexdigest()[:24]
    headers = {
        "Message-ID": f"<chat.{what}.{mark}@{places.list_host()}>", "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }  # fmt: skip
    subject = " ".join(letter.subject.split())
    words = "\n\n".join(piece for piece in pieces if piece) + "\n"
    mail = EmailMultiAlternatives(subject, words, settings.DEFAULT_FROM_EMAIL, [row.address], headers=headers)
    facts = {
        "letter": letter,
        "lang": row.language,
        "dir": "rtl" if row.language == "fa" else "ltr",
        "brand_name": name,
    }
    mail.attach_alternative(pages.jinja_env().get_template("channels/mail/chat.html").render(facts), "text/html")
    return mail


@sender(
    "channels.chat_mail", purpose="service", channel="mail",
    why="A conversation that its visitor asked for, and the code that proves their address.",
)  # fmt: skip
def _send(mail: EmailMultiAlternatives) -> bool:
    """Give a mail to the server; False for a recipient that it refuses for good, everything else is tried again."""
    try:
        mail.send()
    except smtplib.SMTPRecipientsRefused as error:
        if not all(code >= 500 for code, _words in error.recipients.values()):
            raise
        return False
    return True


def _is_nobody(address: str) -> bool:
    """Tell whether nothing is to be mailed there: it came back, or whose it was is erased (which nobody is told)."""
    return is_closed(address) or bool(sources.erased("email", [address]))


def _brand_name(language: str) -> str:
    row = brand()
    return persian.name_clean(row.name if language == "fa" else row.name_en or row.name)


def _said(row: Message, viewer: Viewer, house: str) -> Said:
    who = _("You") if row.way == "in" else persian.name_clean(row.by.name) if row.by is not None else house
    paragraphs = [block.strip() for block in row.text.split("\n\n") if block.strip()]
    files = [file.name for file in row.attachments.all()]
    return Said(who, stamp(row.happened_at, viewer), paragraphs, files, row.way == "in")
