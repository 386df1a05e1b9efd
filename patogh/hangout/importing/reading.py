"""Reading what other houses wrote: files of doubtful encoding, numbers, moments, and texts that were mangled on the way."""

from __future__ import annotations

import codecs
import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from patogh.hangout.importing.keys import KEY_CHARS_MAX, short_key
from patogh.hangout.importing.records import CannotImport

FILE_BYTES_MAX: Final = 256 * 1024 * 1024
EARLIEST: Final = dt.datetime(1970, 1, 2, tzinfo=dt.UTC)
_NUMBER_MAX: Final = 2**31 - 1
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Letters of UTF-8 that were read as Windows-1252 or Latin-1: the first byte of two, and what may follow it.
_WINDOWS: Final = {bytes([at]).decode("cp1252"): at for at in range(128, 160) if at not in {129, 141, 143, 144, 157}}
_TAIL: Final = "\u0080-\u00bf" + "".join(_WINDOWS)
_MANGLED: Final = re.compile(f"(?:[ÂÃØÙÚÛâ][{_TAIL}]{{1,2}}[ ،.]?){{2,}}")
_PERSIAN: Final = re.compile("[\u0621-\u06cc]{3,}")
_BYTES: Final = {**{chr(at): at for at in range(256)}, **_WINDOWS}
_ARCHIVES: Final = {b"PK\x03\x04": "zip", b"7z\xbc\xaf": "7z", b"BZh": "bzip2", b"\xfd7zXZ": "xz", b"Rar!": "rar"}


def encoding_of(head: bytes) -> str:
    """Return the encoding that a file's first bytes speak for: by its mark, UTF-16 by its zeros, else UTF-8 if it is."""
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    if len(head) > 3 and head[1:4:2] == b"\0\0":
        return "utf-16-le"
    if len(head) > 3 and head[0:4:2] == b"\0\0":
        return "utf-16-be"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return "utf-8" if _is_mostly_utf8(head) else guessed(head)
    return "utf-8"


def _is_mostly_utf8(data: bytes) -> bool:
    """Return whether bytes are UTF-8 with a few broken ones among them."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    return sum(not letter.isascii() for letter in text) - broken >= 4 * broken


def guessed(data: bytes) -> str:
    """Return which of the usual old encodings bytes that are no UTF-8 are in: Arabic words speak for Windows-1256."""
    arabic = data.decode("cp1256", "replace")
    words = [word for word in re.findall(r"[^\W\d_]+", arabic) if not word.isascii()]
    whole = sum(bool(_PERSIAN.fullmatch(word)) for word in words)
    return "cp1256" if words and whole * 3 >= len(words) else "cp1252"


def decoded(data: bytes, declared: str = "") -> tuple[str, str]:
    """Return bytes as text without losing any, and a note where the declared encoding did not fit.

    Tried in this order: what was declared, UTF-8, the guess; what fits nothing is Latin-1, in which every byte is a letter.
    """
    if not data.isascii() and declared.lower() in {"", "utf-8", "utf8"} and _is_mostly_utf8(data):
        text = data.decode("utf-8", "backslashreplace")
        return text, "" if text.encode() == data else "utf-8 with broken bytes; they stand as \\x.."
    for name in dict.fromkeys((declared or "utf-8", "utf-8", guessed(data), "latin-1")):
        try:
            text = data.decode(name)
        except (UnicodeDecodeError, LookupError, ValueError):
            continue
        if name == (declared or "utf-8") or data.isascii():
            return text, ""
        return text, f"{declared or 'no encoding'} did not fit; read as {name}"
    return data.decode("latin-1"), "read as latin-1"


def unmangled(text: str) -> str:
    """Return text whose UTF-8 was once read as Windows-1252 or Latin-1 as it was meant, and any other as it is."""
    return _MANGLED.sub(_meant, text) if not text.isascii() else text


def _meant(found: re.Match[str]) -> str:
    try:
        return bytes(_BYTES[letter] for letter in found[0]).decode("utf-8")
    except (KeyError, UnicodeDecodeError):
        return found[0]


def checked(path: Path, *, folder: bool = False) -> None:
    """Raise CannotImport for what no importer can read: nothing there, empty, a folder where a file is wanted, an archive."""
    if not path.exists():
        raise CannotImport(file=path.name or str(path), why="it is not there")
    if path.is_dir():
        if not folder:
            raise CannotImport(file=path.name or str(path), why="it is a folder; give a file")
        return
    if not path.is_file():
        raise CannotImport(file=path.name, why="it is no regular file")
    with path.open("rb") as file:
        head = file.read(16)
    if not head:
        raise CannotImport(file=path.name, why="it is empty")
    for mark, archive in _ARCHIVES.items():
        if head.startswith(mark):
            raise CannotImport(file=path.name, why=f"it is a {archive} file; unpack it first")


def files_below(folder: Path, *endings: str) -> Iterator[Path]:
    """Yield files with one of these endings below a folder in order; symlinks are not followed out of it."""
    root = folder.resolve()
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in endings and path.is_file() and path.resolve().is_relative_to(root):
            yield path


def json_of(path: Path) -> Any:
    """Return what a JSON file holds; raises ValueError with the reason for one that cannot be read."""
    if path.stat().st_size > FILE_BYTES_MAX:
        raise ValueError(f"it has more than {FILE_BYTES_MAX // 2**20} MB")
    data = path.read_bytes()
    try:
        return json.loads(data.decode(encoding_of(data[:65_536]), "replace"))
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    except ValueError as error:
        raise ValueError(f"it is no whole JSON: {error}") from None


def moment(value: object) -> dt.datetime | None:
    """Return the UTC moment of an ISO text or of Unix seconds; None for anything else or before 1970."""
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            found = dt.datetime.fromtimestamp(value, dt.UTC)
        else:
            found = dt.datetime.fromisoformat(str(value or "").strip().replace(" UTC", "+00:00"))
            found = found.replace(tzinfo=dt.UTC) if found.tzinfo is None else found.astimezone(dt.UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return found if found >= EARLIEST else None


def past(value: object) -> tuple[dt.datetime | None, str]:
    """Return a moment that has passed, or None and the reason."""
    found = moment(value)
    if found is None:
        return None, f"its date {str(value)[:30]!r} is no date"
    if found > dt.datetime.now(dt.UTC):
        return None, f"its date {str(value)[:30]} lies in the future"
    return found, ""


def whole(value: object) -> int:
    """Return a whole number within 32 bits, 0 for anything else."""
    text = str(value if value is not None else "").strip()
    if re.fullmatch(r"-?[0-9]{1,12}(?:\.0+)?", text) is None:
        return 0
    return max(-_NUMBER_MAX, min(_NUMBER_MAX, int(text.split(".")[0])))


def words(value: object, chars_max: int = 10_000_000) -> str:
    """Return a text value mended of mangling; anything but a text or number is empty."""
    if isinstance(value, str):
        return unmangled(value[:chars_max])
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def key(*parts: object) -> str:
    """Return a key out of parts, never longer than its column, on one line."""
    return short_key("/".join(re.sub(r"[\s\0]+", " ", str(part)) for part in parts))


def secret_key(kind: str, value: str) -> str:
    """Return a key that does not show what it was made of."""
    return f"{kind}:{hashlib.sha256(value.strip().lower().encode('utf-8', 'replace')).hexdigest()[:24]}"


def site_name(path: Path, generic: tuple[str, ...] = ()) -> str:
    """Return the name of a community after its file or folder; a file of a generic name is called after its folder."""
    path = path.resolve()
    stem = path.name if path.is_dir() else path.stem
    named = path.parent.name if stem.lower() in generic else stem
    return named[:KEY_CHARS_MAX] or "import"
