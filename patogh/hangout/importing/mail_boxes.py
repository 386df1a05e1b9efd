"""Where mail lies: mbox files, gzipped ones, Maildir folders and single messages, read one message at a time."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from patogh.hangout.importing import reading

MESSAGE_BYTES_MAX: Final = 24 * 1024 * 1024
_LINE_BYTES_MAX: Final = 1024 * 1024
_ENDINGS: Final = (".mbox", ".mbx", ".txt", ".eml", ".gz", "")
_FROM: Final = re.compile(rb"From \S.{0,300}\d\d:\d\d")
_HEADER: Final = re.compile(rb"[A-Za-z][A-Za-z0-9-]{0,60}:[ \t]")
_STUFFED: Final = re.compile(rb"^>(>*From )", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Raw:
    """A message as it lies there: where it begins, its envelope line, or why it cannot be read."""

    line: int
    content: bytes
    envelope: str = ""
    size_bytes: int = 0
    why: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """One file with messages."""

    path: Path
    size_bytes: int

    def messages(self) -> Iterator[Raw]:
        """Yield its messages; a file that breaks off gives what it had."""
        try:
            with self.path.open("rb") as file:
                packed = file.read(2) == b"\x1f\x8b"
                file.seek(0)
                yield from _messages(gzip.GzipFile(fileobj=file) if packed else file)
        except (OSError, EOFError, zlib.error) as error:
            yield Raw(0, b"", why=f"{self.path.name} breaks off: {error}")


def boxes(path: Path) -> list[Box]:
    """Return the files of an archive in order."""
    if path.is_file():
        return [Box(path, path.stat().st_size)]
    in_maildir = [found for found in sorted(path.rglob("*")) if found.parent.name in {"cur", "new"} and found.is_file()]
    root = path.resolve()
    files = in_maildir or list(reading.files_below(path, *_ENDINGS))
    return [Box(file, file.stat().st_size) for file in files if file.resolve().is_relative_to(root) and _is_mail(file)]


def _is_mail(path: Path) -> bool:
    """Return whether a file begins like mail (or is packed)."""
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError:
        return False
    return head.startswith(b"\x1f\x8b") or bool(_FROM.match(head) or _HEADER.match(head))


def _messages(file: IO[bytes] | gzip.GzipFile) -> Iterator[Raw]:
    """Split at lines that begin with "From " after an empty one; a file without any is one message."""
    line, begins, size, after_blank = 0, 1, 0, True
    gathered: list[bytes] = []
    envelope = b""
    while text := file.readline(_LINE_BYTES_MAX):
        line += 1
        if after_blank and _FROM.match(text):
            if gathered or envelope:
                yield _raw(gathered, envelope, begins, size)
            gathered, envelope, begins, size = [], text, line, 0
        else:
            size += len(text)
            if size <= MESSAGE_BYTES_MAX:
                gathered.append(text)
        after_blank = not text.strip()
    if envelope or (gathered and _HEADER.match(b"".join(gathered[:1]))):
        yield _raw(gathered, envelope, begins, size)


def _raw(gathered: list[bytes], envelope: bytes, line: int, size: int) -> Raw:
    if size > MESSAGE_BYTES_MAX:
        return Raw(line, b"", size_bytes=size, why=f"a message of more than {MESSAGE_BYTES_MAX >> 20} MB")
    content = b"".join(gathered)
    if not content.strip():
        return Raw(line, b"", size_bytes=size, why="an empty message")
    said = envelope.decode("utf-8", "replace").strip()
    return Raw(line, _STUFFED.sub(rb"\1", content) if envelope else content, said, size + len(envelope))
