"""Signed addresses of the preference centre: of one address without sign-in, and of a yes that waits for its proof."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.core import signing
from django.urls import reverse

from patogh.people.consent import aims, limits
from patogh.people.consent.errors import ConsentLinkUnreadable
from patogh.people.models import Identity

SALT: Final = "patogh.people.consent"
CONFIRM_SALT: Final = "patogh.people.consent.confirm"


@dataclass(frozen=True)
class Opened:
    """What a link opens: whose choices, and which one thing a mail program's single click ends ("" for all)."""

    identity: Identity
    purpose: str
    sender: str


@dataclass(frozen=True)
class Asked:
    """A yes that waits for a click in the mailbox: for which address, which purposes, in which language."""

    address: str
    purposes: tuple[str, ...]
    language: str


def token(identity: Identity, purpose: str = "", sender: str = "") -> str:
    """Return the token of an address's choices."""
    return signing.dumps([identity.pk, _mark(identity), purpose, sender], salt=SALT)


def address(identity: Identity, purpose: str = "", sender: str = "") -> str:
    """Return the whole address of an address's choices."""
    return settings.SITE_URL.rstrip("/") + reverse("consent_link", args=[token(identity, purpose, sender)])


def read(written: str) -> Opened:
    """Return what a token opens; raises ConsentLinkUnreadable, also for an address that was erased since."""
    try:
        number, mark, purpose, sender = signing.loads(written, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise ConsentLinkUnreadable from error
    identity = Identity.objects.select_related("person").filter(pk=number).first()
    if identity is None or _mark(identity) != mark or (purpose and purpose not in aims.PURPOSES):
        raise ConsentLinkUnreadable
    return Opened(identity, purpose, sender)


def confirm_address(asked: Asked) -> str:
    """Return the whole address that proves a yes."""
    signed = signing.dumps([asked.address, list(asked.purposes), asked.language], salt=CONFIRM_SALT, compress=True)
    return settings.SITE_URL.rstrip("/") + reverse("consent_confirm", args=[signed])


def read_confirm(written: str) -> Asked:
    """Return the yes that a link proves; raises ConsentLinkUnreadable for a broken or an old one."""
    try:
        place, what, language = signing.loads(written, salt=CONFIRM_SALT, max_age=limits.CONFIRM_DAYS * 86_400)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise ConsentLinkUnreadable from error
    if not all(one in aims.PURPOSES for one in what):
        raise ConsentLinkUnreadable
    return Asked(str(place), tuple(what), str(language))


def _mark(identity: Identity) -> str:
    """Return a few letters that change when the address does."""
    return hashlib.sha256(f"{identity.kind}:{identity.value}".encode("utf-8", "surrogatepass")).hexdigest()[:10]
