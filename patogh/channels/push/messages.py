"""What a push message says: at most 3 KB of JSON that the service worker shows as it is."""

from __future__ import annotations

import json
from typing import Any, Final

from django.core import signing

from patogh.channels import places
from patogh.channels.mail import letters
from patogh.channels.push import limits
from patogh.channels.registry import Parcel
from patogh.kit import persian
from patogh.kit.errors import NotFound
from patogh.kit.hooks import plugins
from patogh.kit.markup.reading import excerpt
from patogh.looks import pages
from patogh.looks.hooks import Brand
from patogh.people.models import Member

SALT: Final = "patogh.channels.push.seen"


def of_parcel(parcel: Parcel) -> bytes:
    """Return the message of a parcel: who did what, the newest words, where it stands; in its member's language."""
    last = parcel.notices[-1]
    said = parcel.pieces[-1].text if parcel.pieces else ""
    return packed(
        title=letters.sentence(last, parcel.member.language), body=said, url=last.url, tag=parcel.thread,
        language=parcel.member.language, seen=seen_token(parcel.member, [notice.pk for notice in parcel.notices]),
    )  # fmt: skip


def packed(**facts: str) -> bytes:
    """Return `title`, `body`, `url`, `tag`, `language` and `seen` as JSON of at most PAYLOAD_BYTES_MAX."""
    chars = limits.BODY_CHARS_MAX
    while True:
        message: dict[str, Any] = {
            "title": excerpt(facts["title"], limits.TITLE_CHARS_MAX),
            "body": excerpt(facts.get("body", ""), chars) if chars else "",
            "dir": "rtl" if persian.is_rtl(facts["title"]) else "ltr",
            "lang": facts["language"],
            "tag": facts["tag"],
            "url": places.absolute(facts["url"])[:600],
            "seen": facts.get("seen", ""),
            "icon": pages.icon_address(plugins.hook.brand() or Brand(), 192),
        }
        packed_up = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
        if len(packed_up) <= limits.PAYLOAD_BYTES_MAX or not chars:
            return packed_up
        chars //= 2


def seen_token(member: Member, notice_ids: list[int]) -> str:
    """Return the word by which a service worker says that these notices were opened; good for nothing else."""
    return signing.dumps([member.pk, notice_ids[-limits.SEEN_NOTICES_MAX :]], salt=SALT)


def read_seen(token: str) -> tuple[Member, list[int]]:
    """Return whose notices were opened, and which; raises NotFound for a word that we did not give."""
    try:
        member_id, ids = signing.loads(token[:2_000], salt=SALT, max_age=limits.SEEN_DAYS * 86_400)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise NotFound from error
    member = Member.objects.filter(pk=member_id, is_active=True).first()
    if member is None:
        raise NotFound
    return member, ids
