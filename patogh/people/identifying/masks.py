"""What is shown of an identity to somebody who may see the person but not the address: enough to recognise, too little to use."""

from __future__ import annotations

import re
from typing import Final

from patogh.people import phones
from patogh.people.models import Identity

HANDLES: Final = frozenset({"member", "telegram", "bale", "instagram", "mastodon", "bluesky", "webmention", "feed"})
_ERASED: Final = re.compile(r"former_[0-9a-z]{1,20}:(\d+)")


def masked(identity: Identity) -> str:
    """Return an identity so that whoever knows it recognises it. What is public on its channel anyway stays whole."""
    kind, value = identity.kind, identity.value
    if is_erased(identity):
        return "—"
    if kind in {"email", "order-email"}:
        local, _, house = value.rpartition("@")
        return f"{local[:2] if len(local) > 3 else local[:1]}•••@{house}"
    if kind in {"phone", "order-phone"}:
        return phones.masked(value)
    if kind in HANDLES and not (kind in {"telegram", "bale"} and not value.startswith("@")):
        return f"@{value}" if kind in {"member", "instagram", "mastodon", "bluesky"} else value
    return _ends(value)


def is_erased(identity: Identity) -> bool:
    """Return whether this is the pseudonym that an erasure left in place of an identity."""
    found = _ERASED.fullmatch(identity.value)
    return bool(found and found[1] == str(identity.pk))


def _ends(value: str) -> str:
    """Return a key's source and its last letters: `woo:•••284`."""
    source, mark, key = value.rpartition(":")
    shown = key if len(key) <= 3 else f"•••{key[-3:]}" if len(key) < 9 else f"{key[:2]}•••{key[-3:]}"
    return f"{source}{mark}{shown}"
