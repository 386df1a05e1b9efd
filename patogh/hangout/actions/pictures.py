"""Taking pictures in: re-encoded, without metadata, with a thumbnail; and saying what is in them."""

from __future__ import annotations

import datetime as dt
import io

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from patogh.activity import action, enqueue, record, unchanged
from patogh.hangout.errors import TooManyPictures
from patogh.hangout.models import Picture
from patogh.kit import ids, limits, persian, pictures
from patogh.people.models import Member

FOLDER = "pictures"
UNUSED_DAYS = 7


def take_picture(data: bytes, *, by: Member, alt: str = "") -> Picture:
    """Keep an uploaded picture as WebP, full and thumbnail; seen by its owner alone until a post shows it.

    Raises PictureRefused and its kin, or TooManyPictures beyond the day's quota.
    """
    _within_quota(by)
    taken = pictures.take(data)
    token = ids.token(18)
    default_storage.save(path_of(token), io.BytesIO(taken.full_webp))
    default_storage.save(path_of(token, thumb=True), io.BytesIO(taken.thumb_webp))
    try:
        return _keep(token, taken, alt, by=by)
    except BaseException:
        _drop_files(token)
        raise


def path_of(token: str, *, thumb: bool = False) -> str:
    """Return where a picture lies in the storage."""
    return f"{FOLDER}/{token}{'-thumb' if thumb else ''}.webp"


@action
def _keep(token: str, taken: pictures.Taken, alt: str, *, by: Member) -> Picture:
    """Write the row of a picture whose files are there."""
    _within_quota(by)
    picture = Picture.objects.create(
        token=token, owner=by, sha256=taken.sha256, width=taken.width, height=taken.height, alt=_alt(alt),
        size_bytes=len(taken.full_webp) + len(taken.thumb_webp),
    )  # fmt: skip
    record("hangout.picture_added", by=by, subject=picture, audience="staff")
    enqueue("hangout.drop_unused_picture", run_at=timezone.now() + dt.timedelta(days=UNUSED_DAYS), picture=picture.pk)
    return picture


@action
def describe_picture(picture: Picture, alt: str, *, by: Member) -> Picture:
    """Say what is in a picture, for those who cannot see it."""
    row = Picture.objects.select_for_update().get(pk=picture.pk)
    if row.alt == _alt(alt):
        return unchanged(row)
    row.alt = _alt(alt)
    row.save(update_fields=["alt"])
    record("hangout.picture_described", by=by, subject=row, audience="staff")
    return row


@action
def drop_picture(picture: Picture, *, by: Member) -> None:
    """Throw away a picture that no post shows; its files go after the commit."""
    if picture.post_id is not None:
        return unchanged(None)
    record("hangout.picture_dropped", by=by, subject=picture, audience="staff")
    token = picture.token
    Picture.objects.filter(pk=picture.pk, post=None).delete()
    transaction.on_commit(lambda: _drop_files(token))
    return None


def _within_quota(by: Member) -> None:
    """Refuse more pictures than a day has room for."""
    since = timezone.now() - dt.timedelta(days=1)
    if (
        Picture.objects.filter(owner=by, created_at__gte=since)[: limits.PICTURES_PER_DAY_MAX].count()
        >= limits.PICTURES_PER_DAY_MAX
    ):
        raise TooManyPictures(most=limits.PICTURES_PER_DAY_MAX)


def _drop_files(token: str) -> None:
    """Remove both files of a picture."""
    for thumb in (False, True):
        default_storage.delete(path_of(token, thumb=thumb))


def _alt(alt: str) -> str:
    """Return a description on one line, as it is stored."""
    return persian.name_clean(alt)[: limits.ALT_TEXT_CHARS_MAX]
