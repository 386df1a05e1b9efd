"""Pictures of a dump: read beside it or fetched, written anew in helper processes, and put where bodies name them."""

from __future__ import annotations

import hashlib
import hmac
import io
import multiprocessing
import os
from base64 import urlsafe_b64encode
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final
from urllib.parse import unquote

from django.conf import settings
from django.core.files.storage import default_storage

from patogh.hangout.importing.records import PictureRecord, PostRecord, Source
from patogh.hangout.importing.report import Report
from patogh.kit import egress, limits, persian, pictures

FOLDER: Final = "pictures"
FETCH_SECONDS_MAX: Final = 20
_FETCHERS: Final = 4
_HELPERS_FROM: Final = 8


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture whose files lie in the storage under `token`."""

    token: str
    sha256: str
    width: int
    height: int
    size_bytes: int
    alt: str


class Pictures:
    """Takes the pictures of one source; what cannot be taken stays a link or goes, and is counted in the report."""

    def __init__(self, source: Source, source_key: str, report: Report, *, fetch: bool = False) -> None:
        """Take for `source`; addresses on the web are opened only with `fetch`."""
        self.source, self.source_key, self.report, self.fetch = source, source_key, report, fetch
        self.folder = (source.path if source.path.is_dir() else source.path.parent).resolve()
        self._helpers: Executor | None = None

    def taken(self, records: Sequence[PostRecord]) -> tuple[list[str], list[tuple[Picture, ...]]]:
        """Return the bodies of records with their pictures' new addresses in them, and the pictures of each."""
        wanted = [(at, one) for at, record in enumerate(records) for one in record.pictures[: limits.POST_PICTURES_MAX]]
        bodies = [record.body for record in records]
        found: list[list[Picture]] = [[] for _ in records]
        if wanted:
            made = self._made([one for _, one in wanted], [records[at].key for at, _ in wanted])
            for (at, one), picture in zip(wanted, made, strict=True):
                if picture and one.name in bodies[at]:
                    bodies[at] = bodies[at].replace(one.name, f"/media/{picture.token}.webp")
                    found[at].append(picture)
        return bodies, [tuple(some) for some in found]

    def close(self) -> None:
        """Let the helpers go."""
        if self._helpers:
            self._helpers.shutdown()

    def _made(self, wanted: list[PictureRecord], keys: list[str]) -> list[Picture | None]:
        """Return each picture, or None where it could not be taken."""
        with ThreadPoolExecutor(_FETCHERS) as threads:
            contents = list(threads.map(self._bytes, wanted))
        taken = self._take([content if isinstance(content, bytes) else b"" for content in contents])
        made: list[Picture | None] = []
        for one, key, content, picture in zip(wanted, keys, contents, taken, strict=True):
            why = content if isinstance(content, str) else picture if isinstance(picture, str) else ""
            if why:
                self.report.remarks[f"pictures left out: {why}"] += 1
            made.append(None if why or isinstance(picture, str) else self._kept(one, key, picture))
        return made

    def _take(self, contents: list[bytes]) -> list[pictures.Taken | str]:
        """Write pictures anew, many of them in other processes."""
        if len(contents) < _HELPERS_FROM and self._helpers is None:
            return [_taken(content) for content in contents]
        if self._helpers is None:
            spawning = multiprocessing.get_context("spawn")
            self._helpers = ProcessPoolExecutor(min(4, os.cpu_count() or 1), mp_context=spawning, initializer=_start)
        return list(self._helpers.map(_taken, contents))

    def _kept(self, one: PictureRecord, key: str, taken: pictures.Taken) -> Picture:
        """Put a picture's files into the storage; a second run puts the same ones under the same name."""
        said = f"{self.source_key}\0{key}\0{one.source}".encode("utf-8", "replace")
        mark = hmac.new(settings.SECRET_KEY.encode(), said, hashlib.sha256).digest()[:18]
        token = urlsafe_b64encode(mark).decode("ascii")
        if not self.report.dry_run:
            for tail, content in (("", taken.full_webp), ("-thumb", taken.thumb_webp)):
                name = f"{FOLDER}/{token}{tail}.webp"
                if not default_storage.exists(name):
                    default_storage.save(name, io.BytesIO(content))
        size = len(taken.full_webp) + len(taken.thumb_webp)
        alt = persian.name_clean(one.alt)[: limits.ALT_TEXT_CHARS_MAX]
        return Picture(token, taken.sha256, taken.width, taken.height, size, alt)

    def _bytes(self, one: PictureRecord) -> bytes | str:
        """Return a picture's bytes, or why there are none."""
        own: Callable[[str], bytes | None] | None = getattr(self.source, "picture", None)
        content = own(one.source) if own else None
        if content is not None:
            return content
        if one.source.startswith(("http://", "https://", "//")):
            return self._fetched(f"https:{one.source}" if one.source.startswith("//") else one.source)
        return beside(self.folder, one.source)

    def _fetched(self, url: str) -> bytes | str:
        """Return what lies at an address on the web, if the operator wants it fetched."""
        if not self.fetch or self.report.dry_run:
            return "they lie on the web (--fetch-pictures brings them)" if not self.fetch else ""
        try:
            got = egress.fetch(url, limit_bytes=limits.PICTURE_BYTES_MAX, timeout_s=FETCH_SECONDS_MAX, accept="image/*")
        except (egress.EgressRefused, egress.EgressFailed):
            return "their address did not answer or is not allowed"
        return got.body if got.status == 200 else f"their address answered {got.status}"


def beside(folder: Path, name: str) -> bytes | str:
    """Return the bytes of a file below `folder`, or why there are none; no name and no symlink leads out of it."""
    parts = PurePosixPath(unquote(name).replace("\\", "/").split("?")[0].lstrip("/")).parts
    if not parts or ".." in parts or "\0" in name:
        return "their name leads out of the folder"
    try:
        path = folder.joinpath(*parts).resolve()
        if not path.is_relative_to(folder):
            return "their name leads out of the folder"
        if not path.is_file():
            return "the file is not there"
        if path.stat().st_size > limits.PICTURE_BYTES_MAX:
            return "more bytes than a picture may have"
        return path.read_bytes()
    except OSError:
        return "the file cannot be read"


def _taken(content: bytes) -> pictures.Taken | str:
    """Return a picture written anew, or why it is none."""
    if not content:
        return "the file is empty"
    try:
        return pictures.take(content)
    except pictures.PictureRefused as refused:
        return f"no picture we can read ({refused.code})"


def _start() -> None:
    """Load the settings in a new process."""
    bool(settings.INSTALLED_APPS)
