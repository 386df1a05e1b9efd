"""The brand, read on every page and changed once a year."""

from __future__ import annotations

import time

from django.conf import settings

from patogh.people.models import Brand

# Asking takes 70 us as it stands, and 300 where the question is put together each time.
_ROW = 'SELECT * FROM "people_brand" WHERE "id" = 1'
_kept: tuple[float, Brand | None] | None = None


def brand() -> Brand:
    """Return the brand of this installation; before the first run an unsaved one called «پاتوق».

    Kept for BRAND_CACHE_S seconds: the process that changes it forgets it at once, the others soon after.
    """
    return _stored() or Brand(name="پاتوق", name_en="Patogh", language="fa")


def is_set_up() -> bool:
    """Return whether the first run is over."""
    return _stored() is not None


def forget_brand() -> None:
    """Drop what this process keeps; the next page reads the database."""
    global _kept  # noqa: PLW0603 - one brand per process is the point
    _kept = None


def _stored() -> Brand | None:
    """Return the brand's row, from memory while it is young; a missing one is looked for each time."""
    global _kept  # noqa: PLW0603
    now = time.monotonic()
    if _kept is not None and _kept[1] is not None and now - _kept[0] < settings.BRAND_CACHE_S:
        return _kept[1]
    row = next(iter(Brand.objects.raw(_ROW)), None)
    _kept = (now, row)
    return row
