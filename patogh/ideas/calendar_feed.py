"""The days of the rounds as iCalendar (RFC 5545): when a round stops taking ideas and when it answers. No names, no titles."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from patogh.ideas.models import Batch
from patogh.people.models import Member

LINE_BYTES_MAX = 75


def feed(batches: Iterable[Batch], member: Member, host: str) -> str:
    """Return a calendar in a member's language; lines end as the format wants it."""
    with translation.override(member.language):
        lines = list(_lines(batches, host))
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _lines(batches: Iterable[Batch], host: str) -> Iterator[str]:
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Patogh//Ideas//EN", "CALSCALE:GREGORIAN")
    yield f"X-WR-CALNAME:{_escaped(_('Rounds of review'))}"
    for batch in batches:
        name = batch.name if translation.get_language() == "fa" else batch.name_en or batch.name
        programme = batch.programme.name
        yield from _event(
            batch,
            "closes",
            batch.closes_at,
            _("%(round)s of “%(programme)s” stops taking ideas"),
            (name, programme, host),
        )
        yield from _event(
            batch, "answers", batch.answers_by, _("%(round)s of “%(programme)s” has to answer"), (name, programme, host)
        )
    yield "END:VCALENDAR"


def _event(batch: Batch, what: str, at: dt.datetime, words: str, named: tuple[str, str, str]) -> Iterator[str]:
    name, programme, host = named
    yield from ("BEGIN:VEVENT", f"UID:round-{batch.pk}-{what}@{host}", f"DTSTAMP:{_moment(timezone.now())}")
    yield f"DTSTART:{_moment(at - dt.timedelta(minutes=30))}"
    yield f"DTEND:{_moment(at)}"
    yield f"SUMMARY:{_escaped(words % {'round': name, 'programme': programme})}"
    yield f"URL:https://{host}/team/ideas/batches/{batch.pk}"
    if what == "answers":
        yield from ("BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{_escaped(name)}", "TRIGGER:-P7D", "END:VALARM")
    yield "END:VEVENT"


def _moment(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).strftime("%Y%m%dT%H%M%SZ")


def _escaped(text: str) -> str:
    for sign in "\\;,":
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\r", "").replace("\n", "\\n")


def _folded(line: str) -> str:
    """Return a line cut into pieces of at most 75 bytes, none within a letter."""
    pieces, size = [""], 0
    for letter in line:
        weight = len(letter.encode())
        if size + weight > LINE_BYTES_MAX - 1:
            pieces.append("")
            size = 0
        pieces[-1] += letter
        size += weight
    return "\r\n ".join(pieces)
