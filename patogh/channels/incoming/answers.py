"""What we write back: why a mail was not taken, or which of its files were not; in Persian and English, once a day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patogh.channels import places
from patogh.channels.incoming import reading
from patogh.channels.models import InboundMail

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from patogh.channels.incoming.actions import Verdict
    from patogh.kit.errors import PatoghError

SENTENCES: Final[dict[str, _StrPromise]] = {
    "too_large": gettext_lazy("Your mail is larger than we take. Please send the text alone, or smaller pictures."),
    "unreadable": gettext_lazy("We could not read your mail. Please send it once more as plain text."),
    "encrypted": gettext_lazy("Your mail is encrypted and we cannot open it. Please send it as plain text."),
    "old_address": gettext_lazy(
        "The address you answered is older than ninety days. Please write on the page, or answer a newer mail."
    ),
    "other_address": gettext_lazy(
        "We can take this answer only from an address that its member has confirmed. Please send it from that address,"
        " or add this one in your settings."
    ),
    "empty": gettext_lazy(
        "We found no words of your own in your mail, only what it quotes. Please write above the quote."
    ),
    "no_token": gettext_lazy(
        "This address takes answers to our mails only. Please answer one of them, or write on the page."
    ),
}


def is_due(verdict: Verdict, letter: reading.Letter | None) -> bool:
    """Whether a refusal is answered: only to somebody we know, or who holds an address of ours; never to machines."""
    if verdict.state != "refused" or verdict.why in {"forged", "account_closed"}:
        return False
    if letter is not None and (letter.automatic or letter.is_forged):
        return False
    return verdict.member_id is not None or verdict.why == "old_address"


def refusal(mail: InboundMail, why: str, error: PatoghError | None) -> EmailMessage:
    """Return the mail that says why a mail was not taken."""
    said = []
    for language in ("fa", "en"):
        with translation.override(language):
            sentence = str(error) if error else str(SENTENCES.get(why, SENTENCES["unreadable"]))
            said.append("\n".join((_("Your mail was not posted."), sentence, places.site())))
    return _mail(mail, said)


def left_out(mail: InboundMail, url: str, names: list[str]) -> EmailMessage:
    """Return the mail that says which files of an answer that was posted were not taken."""
    said = []
    for language in ("fa", "en"):
        with translation.override(language):
            sentence = _("Your answer is posted. Of the files with it we take pictures only; these were left out:")
            said.append(f"{sentence}\n{chr(10).join(f'- {name}' for name in names)}\n{places.absolute(url)}")
    return _mail(mail, said)


def _mail(mail: InboundMail, said: list[str]) -> EmailMessage:
    with translation.override("fa"):
        subject_fa = _("About your mail")
    with translation.override("en"):
        subject_en = _("About your mail")
    headers = {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"}
    if mail.message_id and mail.message_id.isascii():
        headers |= {"In-Reply-To": f"<{mail.message_id}>", "References": f"<{mail.message_id}>"}
    body = "\n\n".join(said) + "\n"
    return EmailMessage(
        f"{subject_fa} · {subject_en}", body, settings.DEFAULT_FROM_EMAIL, [mail.sender], headers=headers
    )
