"""Files that are no pictures, or pictures that are more than that."""

import io
import re
import struct
import zipfile
import zlib

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from patogh.hangout.models import Picture
from patogh.kit import limits
from tests.house.access import body_of
from tests.house.conftest import png
from tests.input.sending import fault

pytestmark = pytest.mark.django_db
# What we call a picture: a token of our own, and its small copy's.
OURS = re.compile(r"[\w-]{24}(-thumb)?\.webp")
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(1)</script></svg>"


def chunk(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def huge(width, height, body=b""):
    """A PNG that says it is huge, in a few bytes."""
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
        + chunk(b"IDAT", body or zlib.compress(b"\0" * 1_000))
        + chunk(b"IEND", b"")
    )


def zipped():
    """An archive whose names climb out and whose one file is large."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../../../etc/cron.d/x", b"\0" * 3_000_000)
    return written.getvalue()


def gif():
    written = io.BytesIO()
    Image.new("P", (8, 8)).save(written, "GIF")
    return written.getvalue()


BAD = {
    "nothing": b"", "a drawing": SVG, "a drawing with a mark": b"\xef\xbb\xbf<?xml version='1.0'?>" + SVG, "an archive": zipped(), "pixel bomb": huge(60_000, 60_000),
    "decompression bomb": huge(5_000, 5_000, zlib.compress(b"\0" * 25_005_000)), "a text bomb": png()[:33] + chunk(b"zTXt", b"c\0\0" + zlib.compress(b"a" * 30_000_000)) + png()[33:],
    "a thread": huge(50_000, 1), "no width": huge(0, 0), "half a picture": png()[:60], "a page": b"<!doctype html><script>alert(1)</script>", "other format": gif(),
    "noise": bytes(range(256)) * 40, "false chunk": png()[:8] + struct.pack(">I", 2**31 - 1) + b"IHDR", "a program": b"MZ\x90\0" + b"\0" * 400, "PostScript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(%pipe%id) run",
}  # fmt: skip
FORMS = {"/pictures": "picture", "/me/settings/avatar": "photo"}


@pytest.mark.parametrize("where", FORMS)
def test_what_is_no_picture_is_refused_and_kept_nowhere(sender, where):
    client = sender("member").walker.client
    harmless = {"nothing": {302, 415}}  # no file at all
    for kind, data in BAD.items():
        before = Picture.objects.count()
        response = client.post(where, {FORMS[where]: SimpleUploadedFile("x.png", data, "image/png")})
        assert response.status_code in harmless.get(kind, {400, 413, 415}), kind
        assert fault(response) == "", kind
        assert kind in harmless or Picture.objects.count() == before, kind


def test_a_picture_that_is_also_a_page_comes_out_as_a_picture(sender):
    both = png() + b"<script>alert(1)</script>PK\x03\x04" + zipped()
    client = sender("member").walker.client
    answer = client.post(
        "/pictures", {"picture": SimpleUploadedFile("x.html", both, "text/html"), "alt": '"><script>'}
    ).json()
    served = client.get(answer["url"])
    assert served.headers["Content-Type"] == "image/webp"
    assert served.headers["X-Content-Type-Options"] == "nosniff"
    assert b"script" not in b"".join(served.streaming_content)


def test_a_file_larger_than_the_limit_is_said_to_be(sender, monkeypatch):
    monkeypatch.setattr(limits, "PICTURE_BYTES_MAX", 4_000)
    response = sender("member").walker.client.post(
        "/pictures", {"picture": SimpleUploadedFile("x.png", png() + b"\0" * 9_000, "image/png")}
    )
    assert response.status_code == 413
    assert fault(response) == ""


@pytest.mark.parametrize(
    "name",
    [
        "../../../x.png",
        "/etc/passwd",
        "a\0b.png",
        "x" * 5_000,
        "\u202egnp.exe",
        "x.php.png",
        ".htaccess",
        "C:\\x.png",
        "'; rm -rf",
    ],
)
def test_the_name_of_a_file_is_never_a_path(sender, name):
    body = (
        b'--b\r\nContent-Disposition: form-data; name="picture"; filename="'
        + name.encode()
        + b'"\r\nContent-Type: image/png\r\n\r\n'
        + png()
        + b"\r\n--b--\r\n"
    )
    client = sender("member").walker.client
    response = client.generic("POST", "/pictures", body, content_type="multipart/form-data; boundary=b")
    assert response.status_code in {201, 400, 415}
    kept = {*default_storage.listdir("pictures")[1]}
    assert (response.status_code != 201 or kept) and all(OURS.fullmatch(one) for one in kept)


@pytest.mark.parametrize("way", ["topics", "team/brand"])
def test_a_bad_picture_in_a_form_gives_the_rest_of_the_form_back(sender, way):
    client, field = sender("admin").walker.client, "picture" if way == "topics" else "logo"
    typed = {
        "title": "عنوانی که می‌ماند",
        "text": "متنی که باید بماند",
        "name": "نام می‌ماند",
        "language": "fa",
        "tagline": "متنی که باید بماند",
    }
    response = client.post(f"/{way}", {**typed, field: SimpleUploadedFile("x.png", SVG, "image/png")})
    assert response.status_code in {400, 415}
    assert fault(response) == ""
    assert "متنی که باید بماند" in body_of(response)
