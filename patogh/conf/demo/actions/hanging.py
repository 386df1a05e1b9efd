"""The pictures of the demo, taken in as a member's own would be."""

from __future__ import annotations

import datetime as dt
import hashlib
import io

from django.core.files.storage import default_storage

from patogh.activity import upkeep
from patogh.conf.demo import pictures as drawings
from patogh.hangout.actions.pictures import path_of
from patogh.hangout.models import Picture, Space
from patogh.kit import pictures
from patogh.people.models import Member


@upkeep
def hang_pictures(owner: Member, space: Space, now: dt.datetime) -> dict[str, tuple[str, str, str]]:
    """Draw and keep every picture; returns token, Persian and English description by name."""
    kept = {}
    for name, (alt, alt_en) in drawings.NAMES.items():
        taken = pictures.take(drawings.drawn(name))
        token = hashlib.sha256(f"demo:{name}".encode()).hexdigest()[:24]
        for content, thumb in ((taken.full_webp, False), (taken.thumb_webp, True)):
            if not default_storage.exists(path_of(token, thumb=thumb)):
                default_storage.save(path_of(token, thumb=thumb), io.BytesIO(content))
        Picture.objects.create(
            token=token,
            owner=owner,
            space=space,
            sha256=taken.sha256,
            width=taken.width,
            height=taken.height,
            alt=alt,
            size_bytes=len(taken.full_webp) + len(taken.thumb_webp),
            created_at=now,
        )
        kept[name] = (token, alt, alt_en)
    return kept
