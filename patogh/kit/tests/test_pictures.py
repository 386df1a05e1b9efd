import hashlib
import io
import struct
import zlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from patogh.kit import limits
from patogh.kit.pictures import PictureBroken, PictureRefused, PictureTooHeavy, PictureTooWide, take


def encoded(size=(60, 40), kind="PNG", mode="RGB", **options):
    out = io.BytesIO()
    Image.new(mode, size, "teal").save(out, kind, **options)
    return out.getvalue()


def opened(data):
    return Image.open(io.BytesIO(data))


def huge_png(width, height):
    def chunk(name, body):
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 1_000_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_becomes_two_webp_files(kind):
    taken = take(encoded((3_000, 1_500), kind))
    assert (taken.width, taken.height) == opened(taken.full_webp).size == (2_048, 1_024)
    assert opened(taken.thumb_webp).size == (480, 240)
    assert opened(taken.full_webp).format == "WEBP"
    assert taken.sha256 == hashlib.sha256(taken.full_webp).hexdigest()


def test_a_small_picture_is_not_blown_up_and_keeps_its_transparency():
    out = io.BytesIO()
    Image.new("RGBA", (60, 40), (0, 90, 90, 100)).save(out, "PNG")
    taken = take(out.getvalue())
    assert (taken.width, taken.height) == (60, 40)
    assert opened(taken.full_webp).mode == "RGBA"


def test_the_picture_is_turned_upright_and_every_trace_of_place_is_gone():
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Camera of Maryam"
    exif.get_ifd(0x8825)[1] = "N"
    taken = take(encoded((60, 40), "JPEG", exif=exif))
    assert (taken.width, taken.height) == (40, 60)
    for data in (taken.full_webp, taken.thumb_webp):
        assert not opened(data).getexif()
        assert b"Maryam" not in data
        assert b"EXIF" not in data


def test_of_an_animation_the_first_frame_stays():
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    out = io.BytesIO()
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:], lossless=True)
    red, _green, blue = opened(take(out.getvalue()).full_webp).convert("RGB").getpixel((5, 5))
    assert red > 200 > 60 > blue


@pytest.mark.parametrize("data", [
    b"", b"hello", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", b"\xef\xbb\xbf <?xml ?>",
    b"PK\x03\x04" + b"0" * 99, encoded(kind="GIF"), encoded(kind="BMP"), encoded(kind="TIFF"), b"%PDF-1.7",
])  # fmt: skip
def test_what_is_no_accepted_picture_is_refused(data):
    with pytest.raises(PictureRefused):
        take(data)


def test_a_polyglot_loses_its_other_half():
    taken = take(encoded(kind="PNG") + b"<script>alert(1)</script>PK\x03\x04")
    assert b"script" not in taken.full_webp


@pytest.mark.parametrize("size", [(50_000, 50_000), (13_000, 13_000), (6_000, 4_001), (10_000, 10), (2**31 - 1, 1)])
def test_pixel_bombs_are_refused_before_they_are_opened(size):
    with pytest.raises(PictureTooWide):
        take(huge_png(*size))


def test_a_heavy_file_is_refused_unread(monkeypatch):
    monkeypatch.setattr(limits, "PICTURE_BYTES_MAX", 100)
    with pytest.raises(PictureTooHeavy):
        take(encoded())


def test_half_a_picture_is_called_damaged():
    data = encoded((400, 400), "PNG")
    with pytest.raises(PictureBroken):
        take(data[: len(data) // 2])


@given(st.sampled_from(["PNG", "JPEG", "WEBP"]), st.integers(0, 400), st.binary(min_size=1, max_size=8))
def test_any_damage_is_survived_or_refused(kind, at, noise):
    data = bytearray(encoded((24, 24), kind))
    at %= len(data)
    data[at : at + len(noise)] = noise
    with suppress(PictureRefused):
        assert take(bytes(data)).width
