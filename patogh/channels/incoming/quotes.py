"""The own words of an answer: what it quotes, signs and says about its program is taken off.

Four shapes are known. Above the quote (most programs): the quote goes. Below it: the quote goes. Between its lines: the
paragraph that each answer answers stays as a quote, for without it the answer means nothing. No quote at all: nothing
goes but the signature. Quotes that somebody typed as Markdown, with no attribution above, stay.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from patogh.channels.incoming import marks

LINES_MAX: Final = 5_000
SIGNATURE_LINES_MAX: Final = 12
_BLANKS: Final = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody said, and how many lines were taken off as quoted or signed."""

    text: str
    dropped_lines: int


@dataclass(frozen=True, slots=True)
class _Run:
    """Lines that belong together: somebody else's (`theirs`) or one's own."""

    theirs: bool
    lines: list[str]


def own_words(text: str) -> Said:
    """Return what the writer of a mail added to it."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")[:LINES_MAX]
    before, attributed, after = _at_the_quote(lines)
    above = _unsigned(before)
    runs = _runs(after) if attributed else []
    answers = [run for run in runs if not run.theirs and _says(_unsigned(run.lines))]
    if not answers:
        said = _without_trailing_quote(above)
    elif _is_between(runs, above):
        said = [*above, "", *_between(runs)]
    else:
        said = [line for run in answers for line in ["", *_unsigned(run.lines)]]
    result = _BLANKS.sub("\n\n", "\n".join(said)).strip("\n ")
    return Said(result, len(lines) - (result.count("\n") + 1 if result else 0))


def _at_the_quote(lines: list[str]) -> tuple[list[str], bool, list[str]]:
    """Cut at the first attribution or separator; the middle says whether what follows it is marked line by line."""
    for at in range(len(lines)):
        if count := marks.attribution(lines, at):
            after = lines[at + count :]
            marked = marks.quoted(next((line for line in after if marks.bare(line)), ""))
            return lines[:at], marked, after if marked else []
        if marks.separator(lines, at):
            return lines[:at], False, []
    return lines, False, []


def _runs(lines: list[str]) -> list[_Run]:
    """Return the lines after an attribution as runs of theirs and of one's own; a second attribution ends them."""
    kept = lines
    for at in range(len(lines)):
        if marks.separator(lines, at):
            kept = lines[:at]
            break
    joined = [_Run(theirs, list(group)) for theirs, group in groupby(_unwrapped(kept), key=marks.quoted)]
    runs: list[_Run] = []
    for run in joined:
        if (not run.theirs and not _says(run.lines) and runs) or (runs and runs[-1].theirs == run.theirs):
            runs[-1].lines.extend(run.lines)
        else:
            runs.append(run)
    return runs


def _unwrapped(lines: list[str]) -> list[str]:
    """Mark the tail of a quoted line that a program wrapped without its mark: long line, then one short tail, then quote."""
    shown = list(lines)
    for at in range(1, len(lines) - 1):
        wrapped = marks.quoted(lines[at - 1]) and len(lines[at - 1]) > 70 and 0 < len(lines[at].split()) <= 3
        if wrapped and not marks.quoted(lines[at]) and marks.quoted(lines[at + 1]):
            shown[at] = f"> {lines[at]}"
    return shown


def _is_between(runs: list[_Run], above: list[str]) -> bool:
    """Whether somebody answered between the lines, not below all of them."""
    mine = sum(1 for run in runs if not run.theirs and _says(_unsigned(run.lines)))
    return mine > 1 or (mine == 1 and (_says(above) or _is_followed(runs)))


def _is_followed(runs: list[_Run]) -> bool:
    """Whether more of the quote comes after the first answer."""
    first = next(at for at, run in enumerate(runs) if not run.theirs and _says(run.lines))
    return any(run.theirs for run in runs[first + 1 :])


def _between(runs: list[_Run]) -> list[str]:
    """Return each answer under the last paragraph of the quote above it."""
    said: list[str] = []
    for before, run in zip([None, *runs], runs, strict=False):
        own = [] if run.theirs else _unsigned(run.lines)
        if not _says(own):
            continue
        if before is not None and before.theirs:
            said += ["", *(f"> {line}" for line in _last_paragraph(before.lines))]
        said += ["", *own]
    return said


def _last_paragraph(theirs: list[str]) -> list[str]:
    """Return the lines after the last gap of a quote, without their marks."""
    plain = [marks.unquoted(line).strip() if marks.quoted(line) else line.strip() for line in theirs]
    while plain and not marks.bare(plain[-1]):
        plain.pop()
    last: list[str] = []
    for line in reversed(plain):
        if not marks.bare(line):
            break
        last.insert(0, line)
    return last


def _unsigned(lines: list[str]) -> list[str]:
    """Return the lines before a signature, without what the program says about itself and blank edges."""
    kept = lines
    for at, line in enumerate(lines):
        if marks.signature(line) and len([more for more in lines[at + 1 :] if more.strip()]) <= SIGNATURE_LINES_MAX:
            kept = lines[:at]
            break
    kept = list(kept)
    while kept and (not marks.bare(kept[-1]).strip("-_=") or marks.from_device(kept[-1])):
        kept.pop()
    while kept and not marks.bare(kept[0]):
        kept.pop(0)
    return kept


def _without_trailing_quote(lines: list[str]) -> list[str]:
    """Drop a quote at the very end that follows own words: a program put it there without an attribution."""
    kept = list(lines)
    while kept and (marks.quoted(kept[-1]) or not marks.bare(kept[-1])):
        kept.pop()
    return _unsigned(kept) if _says([line for line in kept if not marks.quoted(line)]) else lines


def _says(lines: list[str]) -> bool:
    return any(marks.bare(line) for line in lines)
