"""What mail programs write around an answer: attributions, header blocks, separators and signatures, Persian and English.

Every pattern sees a line as `bare` leaves it: no direction marks, Latin digits, no Markdown around it.
"""

from __future__ import annotations

import re
from typing import Final

from patogh.kit import persian

_UNSEEN: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\u200b]")
_DRESS: Final = re.compile(r"[*\\]|(?<!\w)_{1,2}(?=\w)|(?<=\w)_{1,2}(?!\w)")
_GAPS: Final = re.compile("[ \t\u00a0\u202f]+")
_LETTERS: Final = str.maketrans("يىك\u200c", "ییک ")

_ADDRESS: Final = re.compile(r"[^\s<>@]+@[^\s<>@]+")
_CLOCK: Final = re.compile(r"\d{1,2}[:.]\d{2}")
_DAY: Final = re.compile(r"\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}|\b(?:1[34]|19|20)\d{2}\b")
_QUOTE: Final = re.compile(r"\s{0,3}(?:>\s?)+")

_WROTE: Final = re.compile(
    r"(?:^|\W)(?:wrote|writes|said|a écrit|schrieb|escribió|ha scritto|yazd\u0131|كتب|کتب)\s*:\s*$"
    r"|\bschrieb [^:]{1,120}:\s*$|^-{2,} .*\bwrote -{2,}\s*$|<[^<>\s]+@[^<>\s]+>\s*(?:wrote|نوشت)\s*:"
    r"|(?:نوشت|نوشتند|نوشته(?: است| بود)?|نوشته‌?اند|می ?نویسد|مرقوم فرمود(?:ند)?|گفت)\s*:\s*$",
    re.IGNORECASE,
)
_ATTRIBUTION_START: Final = re.compile(
    r"(?:-{2,} )?(?:on|at|le|am|el|il|in|fi|der)\b|در(?:\s|$)|(?:به )?تاریخ\b|ساعت\b|في\b|فی\b|\d|\"?[^\s:]+.*<[^<>@\s]+@",
    re.IGNORECASE,
)

_SEPARATOR: Final = re.compile(
    r"[-_=\s]{2,}\s*(?:original message|original email|original appointment|reply message|forwarded message"
    r"|پیام اصلی|نامه اصلی|متن اصلی|ایمیل اصلی|نامهٔ اصلی|پیغام اصلی|پیام هدایت ?شده|پیام فرستاده شده)\s*[-_=\s]{2,}$"
    r"|begin forwarded message\s*:$|##-.*-##$",
    re.IGNORECASE,
)
_RULE: Final = re.compile(r"[_]{10,}$|[-]{20,}$|[═─]{10,}$")

_FIRST_HEADER: Final = re.compile(r"(?:from|von|de|از|فرستنده|از طرف|ارسال کننده)\s*:\s*\S", re.IGNORECASE)
_NEXT_HEADER: Final = re.compile(
    r"(?:sent|date|to|cc|subject|reply-to|gesendet|an|betreff|importance"
    r"|تاریخ(?: ارسال)?|ارسال ?شده(?: در)?|فرستاده ?شده(?: در)?|زمان(?: ارسال)?|ارسال|به|گیرنده|گیرندگان|رونوشت|موضوع|عنوان)\s*:",
    re.IGNORECASE,
)

_SIGNATURE: Final = re.compile(r"(?:--|—|__)\s?$")
_FROM_DEVICE: Final = re.compile(
    r"(?:sent|composed) (?:from|via|with|using)\b.{1,80}$"
    r"|get outlook for (?:ios|android|windows|mac)\b.{0,60}$"
    r"|(?:please )?excuse (?:my )?brevity\.?.{0,40}$|sent from my .{1,60}\.? please excuse .{1,40}$"
    r"|(?:این (?:نامه|پیام|ایمیل) )?(?:از|با|توسط)\s.{1,70}(?:ارسال|فرستاده) ?(?:شد|شده|شده است|گردید)\.?(?: لطفا.{0,80})?$"
    r"|(?:ارسال|فرستاده) ?شده ?(?:از|با|توسط)\s.{1,70}$|ارسال از\s.{1,70}$"
    r"|دریافت outlook برای .{1,40}$|outlook (?:را )?برای (?:ios|android|اندروید).{0,40}(?:دریافت|بگیرید).{0,20}$"
    r"|virus-free\.?.{0,60}$|بدون ویروس\.?.{0,60}$",
    re.IGNORECASE,
)
_DEVICE: Final = re.compile(
    r"iphone|ipad|android|galaxy|samsung|huawei|xiaomi|nokia|blackberry|outlook|mail|gmail|yahoo|windows|phone|mobile|tablet|device"
    r"|proton|thunderbird|spark|airmail|آیفون|آی ?پد|اندروید|گوشی|موبایل|تلفن|تبلت|سامسونگ|گلکسی|شیائومی|هواوی|ایمیل|میل|یاهو|اوت ?لوک|دستگاه|همراه"
    r"|brevity|virus|ویروس",
    re.IGNORECASE,
)
ATTRIBUTION_LINES_MAX: Final = 4
ATTRIBUTION_CHARS_MAX: Final = 400
DEVICE_CHARS_MAX: Final = 140


def bare(line: str) -> str:
    """Return a line as the patterns read it."""
    if len(line) > 2_000:  # no mail program writes such a line, and no pattern should walk over one
        return line[:2_000]
    line = _GAPS.sub(" ", _UNSEEN.sub("", line)).strip()
    return persian.digits_en(_DRESS.sub("", line).translate(_LETTERS)).strip()


def quoted(line: str) -> bool:
    """Whether a line is marked as somebody else's."""
    return bool(_QUOTE.match(_UNSEEN.sub("", line)))


def unquoted(line: str) -> str:
    """Return a quoted line without its marks, however deep it stood."""
    return _QUOTE.sub("", _UNSEEN.sub("", line), count=1)


def attribution(lines: list[str], at: int) -> int:
    """Return how many lines from `at` on are one "On that day, somebody wrote:", 0 for none.

    Long ones are wrapped by mail programs, so up to four lines count together. One's own words ("On Monday I wrote:")
    stay, unless a clock or an address says that a program wrote them, or a quote follows a date.
    """
    if not _ATTRIBUTION_START.match(bare(lines[at])):
        return 0
    joined = ""
    for count in range(1, ATTRIBUTION_LINES_MAX + 1):
        if at + count > len(lines) or quoted(lines[at + count - 1]) or not bare(lines[at + count - 1]):
            return 0
        joined = f"{joined} {bare(lines[at + count - 1])}".strip()
        if len(joined) > ATTRIBUTION_CHARS_MAX:
            return 0
        if _WROTE.search(joined):
            return count if _machine_made(joined, lines[at + count :]) else 0
    return 0


def _machine_made(said: str, below: list[str]) -> bool:
    if _ADDRESS.search(said) or (_CLOCK.search(said) and _DAY.search(said)):
        return True
    following = next((line for line in below if bare(line)), "")
    return quoted(following) and any(ch.isdigit() for ch in said)


def separator(lines: list[str], at: int) -> bool:
    """Whether everything from this line on is the message that was answered: a separator or a block of headers."""
    line = bare(lines[at])
    if _SEPARATOR.match(line):
        return True
    if _RULE.match(line):
        following = next((index for index in range(at + 1, min(at + 4, len(lines))) if bare(lines[index])), None)
        return following is not None and (separator(lines, following) or attribution(lines, following) > 0)
    return bool(_FIRST_HEADER.match(line)) and _header_lines(lines, at) >= 2


def _header_lines(lines: list[str], at: int) -> int:
    """Count the lines of headers that follow a first one, blank lines between them allowed."""
    found = 0
    for line in lines[at + 1 : at + 9]:
        if _NEXT_HEADER.match(bare(line)):
            found += 1
    return found


def signature(line: str) -> bool:
    """Whether a line opens a signature."""
    return bool(_SIGNATURE.match(_UNSEEN.sub("", line).strip("\r\n")))


def from_device(line: str) -> bool:
    """Whether a line is what a program adds about itself ("Sent from my iPhone")."""
    said = bare(line).strip("()[]. ")
    return len(said) <= DEVICE_CHARS_MAX and bool(_FROM_DEVICE.match(said)) and bool(_DEVICE.search(said))
