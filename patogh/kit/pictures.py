"""Members' pictures: opened with suspicion, turned upright, stripped of metadata and written anew as WebP."""

from __future__ import annotations

import hashlib
import io
import warnings
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from patogh.kit import limits
from patogh.kit.errors import Invalid

# Pillow only warns between one and two times its limit; here it refuses.
Image.MAX_IMAGE_PIXELS = limits.PICTURE_PIXELS_MAX
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)

_FORMATS: Final = ("PNG", "JPEG", "WEBP")
_MEGAPIXEL: Final = 1_000_000
_FULL_QUALITY: Final = 82
_THUMB_QUALITY: Final = 76
_ENCODE_EFFORT: Final = 4
_RATIO_MAX: Final = 50
_MARKUP: Final = (b"<svg", b"<?xml", b"<!doctype", b"<html", b"<script")
_BROKEN: Final = (OSError, SyntaxError, ValueError, TypeError, IndexError, EOFError, MemoryError, OverflowError)


class PictureRefused(Invalid):
    """A file that does not become a picture here."""

    status = 415
    code = "picture_refused"
    sentence = _("This file is not a picture we can read. PNG, JPEG and WebP are welcome.")


class PictureTooHeavy(PictureRefused):
    """More bytes than PICTURE_BYTES_MAX."""

    status = 413
    code = "picture_too_heavy"
    sentence = _("This picture has more than %(megabytes)s megabytes. Please make it smaller and send it again.")


class PictureTooWide(PictureRefused):
    """More pixels than PICTURE_PIXELS_MAX, or a shape so long that nothing would be seen of it."""

    status = 413
    code = "picture_too_wide"
    sentence = _("This picture has too many pixels; at most %(megapixels)s million fit. Please make it smaller.")


class PictureBroken(PictureRefused):
    """A picture that begins well and then cannot be read."""

    code = "picture_broken"
    sentence = _("This picture is damaged: it could not be read to its end. Please send it once more.")


@dataclass(frozen=True, slots=True)
class Taken:
    """A picture after its taking: two WebP files, and the size in pixels and the SHA-256 of the full one."""

    full_webp: bytes
    thumb_webp: bytes
    width: int
    height: int
    sha256: str


def take(data: bytes) -> Taken:
    """Return a picture safe to serve: upright, at most PICTURE_SIDE_PX_MAX wide or high, with no metadata at all.

    An animation gives its first frame. Raises PictureTooHeavy, PictureTooWide, PictureBroken or PictureRefused.
    """
    if len(data) > limits.PICTURE_BYTES_MAX:
        raise PictureTooHeavy(megabytes=limits.PICTURE_BYTES_MAX // (1024 * 1024))
    if data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_MARKUP):
        raise PictureRefused
    try:
        picture = _pixels(data)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_wide() from error
    full = _fitted(picture, limits.PICTURE_SIDE_PX_MAX)
    full_webp = _webp(full, _FULL_QUALITY)
    thumb_webp = _webp(_fitted(full, limits.THUMB_SIDE_PX_MAX), _THUMB_QUALITY)
    return Taken(full_webp, thumb_webp, full.width, full.height, hashlib.sha256(full_webp).hexdigest())


def _pixels(data: bytes) -> Image.Image:
    """Return the first frame, upright, as bare RGB or RGBA pixels."""
    try:
        opened = Image.open(io.BytesIO(data), formats=_FORMATS)
    except UnidentifiedImageError as error:
        raise PictureRefused from error
    except _BROKEN as error:
        raise PictureBroken from error
    with opened:
        _check_size(opened)
        try:
            opened.draft("RGB", (limits.PICTURE_SIDE_PX_MAX, limits.PICTURE_SIDE_PX_MAX))
            opened.load()
            upright = ImageOps.exif_transpose(opened)
            has_alpha = "A" in upright.getbands() or "transparency" in upright.info
            return upright.convert("RGBA" if has_alpha else "RGB")
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise
        except _BROKEN as error:
            raise PictureBroken from error


def _check_size(opened: Image.Image) -> None:
    width, height = opened.size
    if width * height > limits.PICTURE_PIXELS_MAX or max(width, height) > _RATIO_MAX * max(1, min(width, height)):
        raise _too_wide()


def _too_wide() -> PictureTooWide:
    return PictureTooWide(megapixels=limits.PICTURE_PIXELS_MAX // _MEGAPIXEL)


def _fitted(picture: Image.Image, side_px_max: int) -> Image.Image:
    """Return a copy on fresh pixels (nothing of the file's info goes along) that fits into a square."""
    is_larger = max(picture.size) > side_px_max
    fitted = ImageOps.contain(picture, (side_px_max, side_px_max)) if is_larger else picture.copy()
    fitted.info = {}
    return fitted


def _webp(picture: Image.Image, quality: int) -> bytes:
    written = io.BytesIO()
    picture.save(written, "WEBP", quality=quality, method=_ENCODE_EFFORT, exif=b"", icc_profile=b"", xmp=b"")
    return written.getvalue()
