"""Asking an address that nobody proved: a letter with a button, and only the button is a yes (double opt-in)."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from patogh.activity import task, upkeep
from patogh.kit.errors import TooMany
from patogh.people import mails
from patogh.people.consent import actions, aims, limits, links, texts
from patogh.people.consent.errors import Erased
from patogh.people.consent.links import Asked
from patogh.people.consent.places import sender
from patogh.people.identifying import identity_of, normal
from patogh.people.models import Consent, Identity
from patogh.people.queries import brand

CHANNEL: Final = "mail"


def ask(written: str, wanted: list[str], language: str, *, place: str) -> Asked:
    """Let an address be asked whether it is its owner who agrees; the same answer for known and unknown ones.

    `place` is the network address of whoever asks. Raises TooMany, PurposeUnknown, or what is wrong with the address.
    """
    asked = Asked(normal("email", written), tuple(aims.known(one).name for one in wanted), language)
    if not cache.add(f"consent-ask:{texts.digest(asked.address)}", 1, limits.ASK_AGAIN_S):
        return asked
    key = f"consent-place:{texts.digest(place)}"
    cache.add(key, 0, limits.ASK_AGAIN_S)
    if cache.incr(key) > limits.ASKS_A_PLACE_MAX:
        raise TooMany(retry_after_s=limits.ASK_AGAIN_S)
    _post(asked)
    return asked


@upkeep
def _post(asked: Asked) -> None:
    from patogh.activity import enqueue

    enqueue("people.ask_for_consent", address=asked.address, purposes=list(asked.purposes), language=asked.language)


@task("people.ask_for_consent")
@sender("people.consent_question", purpose="service", channel="mail", why="Asks, once, whether a yes was its owner's.")
def send_question(address: str, purposes: list[str], language: str) -> None:
    """Send the letter that asks."""
    asked = Asked(address, tuple(purposes), language)
    row = brand()
    with translation.override(language):
        name = row.name if language == "fa" else row.name_en
        said = [texts.text_of(one, CHANNEL).words(language) for one in asked.purposes]
        letter = mails.Letter(
            _("Is it you? Your yes to %(brand)s") % {"brand": name},
            [_("Somebody, perhaps you, entered this address and agreed to:"), *(f"• {one}" for one in said)],
            button=(_("Yes, I agree"), links.confirm_address(asked)),
            closing=[_("If it was not you, do nothing: without the button nothing comes.")],
        )
        mails.message(
            letter, language=language, brand=name, sender=settings.DEFAULT_FROM_EMAIL, to=[asked.address]
        ).send()


@upkeep
def confirm(asked: Asked) -> tuple[Identity, list[Consent]]:
    """Keep a yes that came back from the mailbox: the address is proved by it; raises Erased, TooYoung."""
    identity = identity_of("email", asked.address, verified=True)
    if identity is None:
        raise Erased
    evidence = {"clicked": "link in the letter", "at": timezone.now().isoformat()}
    rows = []
    for one in asked.purposes:
        text = texts.text_of(one, CHANNEL)
        said: actions.Said = {
            "words": text.words(asked.language), "text": text.row, "method": "confirmed", "evidence": evidence,
            "language": asked.language,
        }  # fmt: skip
        rows.append(actions.give(identity, one, CHANNEL, **said))
    return identity, rows
