"""What stands in the parts of a mail: its text as plain words, its pictures, and the names of all other files."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.header import decode_header
from email.message import Message
from typing import Final

from patogh.channels.incoming import limits
from patogh.kit import persian
from patogh.kit.markup import html_to_markdown

_PICTURES: Final = frozenset({"image/png", "image/jpeg", "image/jpg", "image/pjpeg", "image/webp"})
_SILENT: Final = frozenset(
    {"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature", "text/x-amp-html"},
)
_NOT_FOR_TEXT: Final = frozenset(
    {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "utf_7"}
)
_STATEFUL: Final = re.compile(r"utf[-_]?(?:16|32)|iso[-_]?2022|hz|ucs", re.IGNORECASE)
_ONE_BYTE: Final = re.compile(r"(?:us-?)?ascii|ansi|(?:iso-?)?8859|latin|windows-?125|cp-?125", re.IGNORECASE)
_CID: Final = re.compile(r"\[cid:[^\]\s]{1,200}\]|!?\[[^\]]{0,200}\]\(cid:[^)\s]{0,200}\)")


@dataclass(slots=True)
class Found:
    """What a mail holds: plain words, else those of its HTML; pictures as (name, bytes); names of what is left out."""

    plain: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    pictures: list[tuple[str, bytes]] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What the mail says, quotes included."""
        said = "\n\n".join(part.strip("\n") for part in self.plain if part.strip())
        if not said:
            said = "\n\n".join(html_to_markdown(part) for part in self.html)
        return _CID.sub("", said.replace("\0", ""))[: limits.TEXT_CHARS_MAX]


def gathered(mail: Message) -> Found:
    """Return what stands in the parts of a mail, at most MAIL_PARTS_MAX of them, MAIL_DEPTH_MAX deep."""
    found = Found()
    for part in _parts(mail, 0):
        _take(part, found)
    return found


def _parts(mail: Message, depth: int) -> Iterator[Message]:
    """Walk through the parts, never into a mail that lies in this one."""
    below = mail.get_payload()
    if not isinstance(below, list) or mail.get_content_maintype() != "multipart":
        yield mail
    elif depth < limits.MAIL_DEPTH_MAX:
        for part in below[: limits.MAIL_PARTS_MAX]:
            if isinstance(part, Message):
                yield from _parts(part, depth + 1)


def _take(part: Message, found: Found) -> None:
    kind = part.get_content_type()
    is_file = part.get_content_disposition() == "attachment" or bool(part.get_filename())
    if kind in _SILENT:
        return
    if kind == "text/plain" and not is_file:
        found.plain.append(_plain_words(part))
    elif kind == "text/html" and not is_file:
        found.html.append(decoded(part)[: limits.HTML_CHARS_MAX])
    elif kind in _PICTURES:
        _take_picture(part, found)
    elif len(found.left_out) < limits.LEFT_OUT_NAMES_MAX:
        found.left_out.append(name_of(part))


def _take_picture(part: Message, found: Found) -> None:
    """Keep a picture; what is tiny and belongs to the HTML is a logo in a signature."""
    data = _bytes(part)
    if part.get("Content-ID") and len(data) <= limits.DECORATION_BYTES_MAX:
        return
    found.pictures.append((name_of(part), data))


def name_of(part: Message) -> str:
    """Return the name of an attached file as one short line; its kind where it has none."""
    name = str(part.get_filename() or "")
    try:
        name = "".join(
            piece if isinstance(piece, str) else piece.decode(charset or "utf-8", "replace")
            for piece, charset in decode_header(name)
        )
    except (ValueError, LookupError):
        name = ""
    return persian.name_clean(name)[:80] or part.get_content_type()[:80]


def _bytes(part: Message) -> bytes:
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def decoded(part: Message) -> str:
    """Return the text of a part, whatever its charset claims: UTF-8 is believed when the bytes are UTF-8."""
    data = _bytes(part)
    claimed = str(part.get_content_charset() or "").strip()
    for charset in _charsets(data, claimed):
        try:
            return data.decode(charset)
        except (LookupError, ValueError):
            continue
    return data.decode("utf-8", "replace")


def _charsets(data: bytes, claimed: str) -> Iterator[str]:
    """Yield the charsets to try, most likely first; Persian Windows-1256 stands for bytes that claim nothing."""
    if not data.isascii() and (not claimed or _ONE_BYTE.match(claimed)):
        yield "utf-8"
    if claimed and _is_for_text(claimed) and not (data.isascii() and not _STATEFUL.match(claimed)):
        yield claimed
    yield "utf-8"
    if not claimed or _ONE_BYTE.match(claimed):
        yield "windows-1256"


def _is_for_text(charset: str) -> bool:
    try:
        return codecs.lookup(charset).name.replace("-", "_") not in _NOT_FOR_TEXT
    except (LookupError, ValueError):
        return False


def _plain_words(part: Message) -> str:
    text = decoded(part)[: limits.TEXT_CHARS_MAX].replace("\r\n", "\n").replace("\r", "\n")
    if str(part.get_param("format", "")).lower() != "flowed":
        return text
    return _unflowed(text, delsp=str(part.get_param("delsp", "")).lower() == "yes")


def _unflowed(text: str, *, delsp: bool) -> str:
    """Return `format=flowed` text (RFC 3676) with its soft line ends taken back, each depth of quote by itself."""
    lines: list[str] = []
    open_depth = -1
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        words = line[depth:].removeprefix(" ")
        is_signature = words == "-- "
        marks = f"{'>' * depth} " if depth else ""
        if open_depth == depth and not is_signature:
            lines[-1] += words
        else:
            lines.append(marks + words)
        is_soft = words.endswith(" ") and not is_signature
        open_depth = depth if is_soft else -1
        if is_soft and delsp:
            lines[-1] = lines[-1][:-1]
    return "\n".join(lines)
