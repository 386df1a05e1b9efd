"""Sign-in links of mails: signed, for fifteen minutes, dead once anybody signed in to the account; opening one does
nothing by itself.
"""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from patogh.people.errors import LinkExpired
from patogh.people.models import Member

SALT: Final = "patogh.people.links"
LIFE_S: Final = 15 * 60


def token_for(member: Member, email: str) -> str:
    """Return the token of a link that signs `member` in and proves that she reads `email`."""
    return signing.dumps([member.pk, email, _stamp(member)], salt=SALT)


def read(token: str) -> tuple[Member, str]:
    """Return whom a token signs in, and the address it proves; raises LinkExpired for an old, used or broken one."""
    try:
        member_id, email, stamp = signing.loads(token, salt=SALT, max_age=LIFE_S)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise LinkExpired from error
    member = Member.objects.filter(pk=member_id, is_active=True).first()
    if member is None or not constant_time_compare(stamp, _stamp(member)):
        raise LinkExpired
    return member, email


def address(request: HttpRequest, name: str, *args: object) -> str:
    """Return the public address of a view for a mail: of PATOGH_SITE_URL where it is set, never of a host that a
    client made up.
    """
    path = reverse(name, args=args)
    return f"{settings.SITE_URL}{path}" if settings.SITE_URL else request.build_absolute_uri(path)


def _stamp(member: Member) -> str:
    """Return what changes with each sign-in and each new password."""
    seen = member.last_login.isoformat() if member.last_login else ""
    return salted_hmac(SALT, f"{member.pk}:{seen}:{member.password}", algorithm="sha256").hexdigest()[:20]
