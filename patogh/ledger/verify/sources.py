"""Where a log is read from: a folder or an address, in the layout of https://c2sp.org/tlog-tiles."""

from __future__ import annotations

import http.client
import os
import ssl
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import SplitResult, urljoin, urlsplit

from patogh.ledger.verify.errors import CannotRead

BUNDLE_BYTES_MAX: Final = 256 * (2 + 65_535)
TILE_BYTES_MAX: Final = 256 * 32
NOTE_BYTES_MAX: Final = 256 * 1024
FILE_BYTES_MAX: Final = 64 * 1024 * 1024
FETCH_TIMEOUT_S_MAX: Final = 30.0
_REDIRECTS_MAX: Final = 3
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_PIECE_BYTES: Final = 64 * 1024


class Source(Protocol):
    """Something that gives the files of a log by their path."""

    @property
    def name(self) -> str:
        """Return how the source is called in a sentence."""

    def read(self, path: str, limit_bytes: int) -> bytes | None:
        """Return a file, None if there is none; raises CannotRead if it is too large or cannot be had."""

    def paths(self) -> Iterator[str]:
        """Yield the paths of all tiles there are, where the source can tell; otherwise nothing."""


def source_of(where: str, keep: str = "") -> Source:
    """Return the source for a folder or an http(s) address; `keep` is a folder for what was fetched."""
    if where.startswith(("http://", "https://")):
        return Web(where.rstrip("/") + "/", keep)
    folder = Path(where).expanduser()
    if not folder.is_dir():
        raise CannotRead("source.missing", where=where)
    return Folder(str(folder))


@dataclass(frozen=True)
class Folder:
    """A folder with `checkpoint` and `tile/`."""

    name: str

    def read(self, path: str, limit_bytes: int) -> bytes | None:
        """Return a file of the folder."""
        place = os.path.join(self.name, path)  # noqa: PTH118 - called for each tile of millions of entries
        try:
            with open(place, "rb") as file:  # noqa: PTH123 - as above
                data = file.read(limit_bytes + 1)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise CannotRead("source.refused", where=place, why=error.strerror or error) from error
        if len(data) > limit_bytes:
            raise CannotRead("source.too_large", where=place, limit=limit_bytes)
        return data

    def paths(self) -> Iterator[str]:
        """Yield every file below tile/."""
        top = Path(self.name)
        for folder, _folders, files in os.walk(top / "tile"):
            for file in files:
                yield (Path(folder) / file).relative_to(top).as_posix()


@dataclass(frozen=True)
class Web:
    """A log behind an address that the person at the keyboard named.

    So the address itself may be anywhere, also on this machine; but a redirect may not lead to another host, nothing
    but GET is sent, no cookie and no password is kept, and size and time are bounded. Whatever arrives is verified.
    """

    name: str
    keep: str = ""
    timeout_s: float = FETCH_TIMEOUT_S_MAX
    _open: dict[str, http.client.HTTPConnection] = field(default_factory=dict, compare=False, repr=False)

    def __getstate__(self) -> tuple[str, str, float]:
        return self.name, self.keep, self.timeout_s

    def __setstate__(self, state: tuple[str, str, float]) -> None:
        for slot, value in zip(("name", "keep", "timeout_s"), state, strict=True):
            object.__setattr__(self, slot, value)
        object.__setattr__(self, "_open", {})

    def read(self, path: str, limit_bytes: int) -> bytes | None:
        """Return a file of the log; what never changes is kept in the folder `keep` and not fetched twice."""
        kept = Path(self.keep) / path if self.keep and path.startswith("tile/") else None
        if kept and kept.is_file():
            return Folder(self.keep).read(path, limit_bytes)
        data = self._fetch(urljoin(self.name, path), limit_bytes)
        if kept and data is not None:
            kept.parent.mkdir(parents=True, exist_ok=True)
            fresh = kept.with_name(f"{kept.name}.{os.getpid()}.new")
            fresh.write_bytes(data)
            fresh.replace(kept)
        return data

    def paths(self) -> Iterator[str]:
        """Yield nothing: an address does not list its files."""
        return iter(())

    def _fetch(self, url: str, limit_bytes: int) -> bytes | None:
        """GET one address, following redirects on the same host; None for 404 and 410."""
        deadline, host = time.monotonic() + self.timeout_s, urlsplit(url).hostname
        for _step in range(_REDIRECTS_MAX + 1):
            parts = urlsplit(url)
            if parts.scheme not in {"http", "https"} or parts.hostname != host or not host:
                raise CannotRead("source.refused", where=url, why="it leads to another place")
            try:
                status, target, body = self._get(parts, deadline, limit_bytes)
            except (OSError, http.client.HTTPException, ValueError) as error:
                self._open.clear()
                raise CannotRead("source.refused", where=url, why=str(error) or type(error).__name__) from error
            if status in _REDIRECTS and target:
                url = urljoin(url, target)
                continue
            if status in {404, 410}:
                return None
            if status != http.client.OK:
                raise CannotRead("source.refused", where=url, why=f"it answered {status}")
            return body
        raise CannotRead("source.refused", where=url, why="it leads on and on")

    def _get(self, parts: SplitResult, deadline: float, limit_bytes: int) -> tuple[int, str, bytes]:
        """Make one request over a connection that is kept open."""
        key = f"{parts.scheme}://{parts.netloc}"
        connection = self._open.get(key) or self._connection(parts)
        self._open[key] = connection
        path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
        try:
            connection.request("GET", path, headers={"User-Agent": "patogh-verify/1", "Accept-Encoding": "identity"})
            answer = connection.getresponse()
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            connection.close()  # a server may hang up between two requests; once more, from the beginning
            connection.request("GET", path, headers={"User-Agent": "patogh-verify/1", "Accept-Encoding": "identity"})
            answer = connection.getresponse()
        pieces, size = [], 0
        while piece := answer.read(_PIECE_BYTES):
            size += len(piece)
            if size > limit_bytes:
                connection.close()
                raise CannotRead("source.too_large", where=parts.geturl(), limit=limit_bytes)
            if time.monotonic() > deadline:
                connection.close()
                raise CannotRead("source.refused", where=parts.geturl(), why="it is too slow")
            pieces.append(piece)
        body = b"".join(pieces)
        if answer.getheader("Content-Encoding") == "gzip":  # tlog-tiles lets a log send bundles so, unasked
            body = _unpacked(body, parts.geturl(), limit_bytes)
        return answer.status, answer.getheader("Location") or "", body

    def _connection(self, parts: SplitResult) -> http.client.HTTPConnection:
        """Return a new connection to the host of an address."""
        host = parts.hostname or ""
        if parts.scheme == "https":
            return http.client.HTTPSConnection(
                host, parts.port, timeout=self.timeout_s, context=ssl.create_default_context()
            )
        return http.client.HTTPConnection(host, parts.port, timeout=self.timeout_s)


def _unpacked(body: bytes, where: str, limit_bytes: int) -> bytes:
    """Return what was sent as gzip, but no more than may be."""
    try:
        data = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(body, limit_bytes + 1)
    except zlib.error as error:
        raise CannotRead("source.refused", where=where, why=error) from error
    if len(data) > limit_bytes:
        raise CannotRead("source.too_large", where=where, limit=limit_bytes)
    return data


def checkpoint_at(source: Source) -> bytes:
    """Return the signed checkpoint of a log; raises CannotRead if there is none."""
    raw = source.read("checkpoint", NOTE_BYTES_MAX)
    if raw is None:
        raise CannotRead("checkpoint.missing", where=source.name)
    return raw


def read_file(where: str, limit_bytes: int = FILE_BYTES_MAX) -> bytes:
    """Return a file that was named on the command line; raises CannotRead."""
    place = Path(where).expanduser()
    if not place.exists() or place.is_dir():  # a pipe will do
        raise CannotRead("file.missing", where=where)
    data = Folder(str(place.parent)).read(place.name, limit_bytes)
    return data or b""
