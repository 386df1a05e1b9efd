"""The way back for somebody who closed the account: a signed address, good until the erasure."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.core import signing
from django.urls import reverse

from patogh.people.errors import LinkExpired
from patogh.people.models import Leaving

SALT: Final = "patogh.people.back"


def token_for(leaving: Leaving) -> str:
    """Return the token that opens an account again."""
    return signing.dumps([leaving.member_id, leaving.pk], salt=SALT)


def address(leaving: Leaving) -> str:
    """Return the public address of the way back."""
    return f"{settings.SITE_URL}{reverse('account_back', args=[token_for(leaving)])}"


def read(token: str) -> Leaving:
    """Return who may come back; raises LinkExpired for a broken token and for whoever came back or went."""
    try:
        member_id, leaving_id = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise LinkExpired from error
    leaving = Leaving.objects.select_related("member").filter(pk=leaving_id, member_id=member_id).first()
    if leaving is None:
        raise LinkExpired
    return leaving
