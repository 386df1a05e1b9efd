"""What a mail about notices says: one for a thread, one for a digest, one goodbye; text and HTML from the same facts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from patogh.channels import limits, places, unsubscribing
from patogh.channels.hookspecs import Line, Section
from patogh.channels.registry import Parcel
from patogh.kit import calendar, numbers, persian
from patogh.kit.markup.reading import excerpt
from patogh.people import notice_kinds
from patogh.people.models import Member, Notice
from patogh.people.queries import brand


@dataclass(frozen=True)
class Written:
    """A piece as the mail shows it: whose, when in the reader's calendar, and its paragraphs."""

    author: str
    when: str
    url: str
    paragraphs: list[str]
    is_cut: bool = False


@dataclass
class Letter:
    """All that both parts of a mail show."""

    subject: str
    preheader: str
    heading: str
    lines: list[str] = field(default_factory=list)
    pieces: list[Written] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    button: tuple[str, str] | None = None
    closing: list[str] = field(default_factory=list)
    why: str = ""
    unsubscribe: tuple[str, str] = ("", "")
    sender: str = ""


def of_thread(parcel: Parcel, *, can_reply: bool) -> Letter:
    """Return the mail about the notices of one thread."""
    member, last = parcel.member, parcel.notices[-1]
    sentences = [sentence(notice, member.language) for notice in parcel.notices]
    title = one_line(last.title)
    kind = parcel.deliveries[-1].kind
    closing = [_("Answer this mail, and your answer appears there.")] if can_reply else []
    return Letter(
        subject=title or one_line(sentences[-1]),
        preheader=excerpt(parcel.pieces[0].text, 120) if parcel.pieces else sentences[-1],
        heading=sentences[-1],
        lines=sentences[:-1],
        pieces=[_written(piece, member) for piece in parcel.pieces],
        button=(_("See it in the hangout"), places.absolute(last.url)),
        closing=closing,
        why=_("You get this mail because of your choice for: %(event)s.") % {"event": _event(kind, member.language)},
        unsubscribe=(_("No more mails like this"), unsubscribing.address(member, kind)),
        sender=last.actor.name if last.actor and len({one.actor_id for one in parcel.notices}) == 1 else "",
    )


def of_digest(parcel: Parcel, sections: list[Section]) -> Letter:
    """Return the summary: what waits for the member first, then what is worth reading."""
    return digest(parcel.member, _around(parcel.member, parcel.notices) + sections)


def digest(member: Member, sections: list[Section]) -> Letter:
    """Return the digest made of these sections."""
    titles = [line.title for section in sections for line in section.lines]
    count = len(titles)
    subject = _("%(first)s, and more from %(brand)s") if count > 1 else _("%(first)s · %(brand)s")
    first = excerpt(titles[0], 80) if titles else ""
    heading = ngettext("%(num)s thing is worth your time.", "%(num)s things are worth your time.", count)
    return Letter(
        subject=one_line(subject % {"first": first, "brand": brand_name(member.language)}),
        preheader=" · ".join(excerpt(title, 60) for title in titles[1:4]),
        heading=heading % {"num": numbers.number(count, member.viewer)},
        sections=sections,
        button=(_("Open the hangout"), places.site() + "/"),
        why=_("It is chosen from what you follow and what your circle found good."),
        unsubscribe=(_("No more summaries"), unsubscribing.address(member, "digest")),
    )


def of_farewell(parcel: Parcel) -> Letter:
    """Return the last note to somebody who has been away for half a year."""
    member = parcel.member
    name = brand_name(member.language)
    return Letter(
        subject=_("We stop writing to you") + f" · {name}",
        preheader=_("Your account stays as it is."),
        heading=_("We have not seen you for half a year, so this is our last summary."),
        lines=[
            _(
                "Your account and all you wrote stay as they are. Come back whenever you like: the summaries begin again then."
            )
        ],
        button=(_("Open the hangout"), places.site() + "/"),
        unsubscribe=(_("No more summaries"), unsubscribing.address(member, "digest")),
    )


def sentence(notice: Notice, language: str) -> str:
    """Return a notice as one sentence with its actor's name before it."""
    _icon, words = notice_kinds.words_of(notice, language)
    words = persian.digits_fa(words) if language == "fa" else words
    return one_line(f"{notice.actor.name if notice.actor else ''} {words}")


def one_line(text: str) -> str:
    """Return a text as one line that may stand in a header: line ends and controls gone, cut where it gets too long."""
    plain = "".join(letter if letter.isprintable() or letter == "\u200c" else " " for letter in text)
    return excerpt(plain, limits.SUBJECT_CHARS_MAX)


def brand_name(language: str) -> str:
    """Return the brand's name in a language."""
    row = brand()
    return persian.name_clean(row.name if language == "fa" else row.name_en)


def plain(letter: Letter, member: Member) -> str:
    """Return the text part."""
    blocks: list[str] = [letter.heading, *letter.lines]
    for piece in letter.pieces:
        blocks += [f"{piece.author} · {piece.when}:", *piece.paragraphs]
    for section in letter.sections:
        blocks.append(f"— {section.heading} —")
        blocks += [_plain_line(line) for line in section.lines]
    if letter.button:
        blocks.append(f"{letter.button[0]}:\n{letter.button[1]}")
    foot = [
        letter.why,
        f"{letter.unsubscribe[0]}: {letter.unsubscribe[1]}",
        f"{_('All choices')}: {settings_address()}",
    ]
    signature = "\n".join(["-- ", brand_name(member.language), *(line for line in foot if line)])
    return "\n\n".join([*(block for block in [*blocks, *letter.closing] if block), signature]) + "\n"


def settings_address() -> str:
    """Return the address of the page on which everything about notices is chosen."""
    return places.address("notice_settings")


def _plain_line(line: Line) -> str:
    about = " · ".join(part for part in (line.author, line.place, line.why) if part)
    return "\n".join(part for part in (f"* {line.title}", about, line.words, places.absolute(line.url)) if part)


def _written(piece: Any, member: Member) -> Written:
    text = piece.text[: limits.PIECE_CHARS_MAX]
    return Written(
        author=persian.name_clean(piece.author),
        when=calendar.stamp(piece.at, member.viewer),
        url=places.absolute(piece.url),
        paragraphs=[block.strip() for block in text.split("\n\n") if block.strip()],
        is_cut=len(piece.text) > len(text),
    )


def _around(member: Member, notices: list[Notice]) -> list[Section]:
    lines = [Line(title=sentence(notice, member.language), url=notice.url) for notice in notices]
    return [Section("notices", _("What concerned you"), lines)] if lines else []


def _event(kind: str, language: str) -> str:
    known = notice_kinds.notice_kinds().get(kind)
    return known.label(language) if known else kind
