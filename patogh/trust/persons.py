"""A member as something that can be reported: the profile itself. It is never hidden; its member may be sanctioned."""

from __future__ import annotations

import sys
from typing import Any, Final

from django.utils.html import format_html

from patogh.kit.hooks import hookimpl, plug
from patogh.people.models import Member
from patogh.trust.nouns import Shown

KIND: Final = "people.member"


@hookimpl
def subjects_shown(kind: str, ids: list[str], viewer: Any) -> dict[str, Shown] | None:  # noqa: ARG001 - profiles are everybody's
    """Show members as others see them: the name, and what they say of themselves."""
    if kind != KIND:
        return None
    keys = [int(key) for key in ids if key.isascii() and key.isdecimal() and len(key) < 19]
    found = Member.objects.filter(pk__in=keys, is_active=True)
    return {
        str(one.pk): Shown(
            one.name,
            one.url,
            one.pk,
            format_html('<p dir="auto">{}</p>', one.bio) if one.bio else "",
            one.bio,
        )
        for one in found
    }


@hookimpl
def author_of(kind: str, id: str) -> int | None:  # noqa: A002 - the hook's word
    """Return the member that a profile is about."""
    return int(id) if kind == KIND and id.isdecimal() else None


plug(sys.modules[__name__])
