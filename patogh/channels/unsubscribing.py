"""Links that end mails with one click (RFC 8058): signed, for ever, good for this one thing only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.core import signing

from patogh.channels import places
from patogh.channels.errors import UnsubscribeUnreadable
from patogh.people.models import Member

SALT: Final = "patogh.channels.unsubscribe"
UNDO_SALT: Final = "patogh.channels.resubscribe"


def token(member: Member, what: str) -> str:
    """Return the token that unsubscribes `member` from a kind of notice, from "digest" or from "all"."""
    return signing.dumps([member.pk, what], salt=SALT)


def address(member: Member, what: str) -> str:
    """Return the whole address of the link."""
    return places.address("unsubscribe", token(member, what))


def read(written: str) -> tuple[Member, str]:
    """Return whom a token unsubscribes and from what; raises UnsubscribeUnreadable."""
    try:
        member_id, what = signing.loads(written, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise UnsubscribeUnreadable from error
    member = Member.objects.filter(pk=member_id).first()
    if member is None:
        raise UnsubscribeUnreadable
    return member, what


def undo_token(member: Member, before: Mapping[str, str]) -> str:
    """Return what the button to undo sends: whose choices, and how they were."""
    return signing.dumps([member.pk, dict(before)], salt=UNDO_SALT, compress=True)


def read_undo(member: Member, written: str) -> dict[str, str]:
    """Return the choices of this member to put back; raises UnsubscribeUnreadable."""
    try:
        member_id, found = signing.loads(written, salt=UNDO_SALT)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise UnsubscribeUnreadable from error
    if member_id != member.pk:
        raise UnsubscribeUnreadable
    return dict(found)
