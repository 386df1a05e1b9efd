"""What the pages of a poll read: where it stands, what is one's own of it, and its entries in the book."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from django.db.models import Q

from patogh.hangout.ballots.terms import ENTRIES_A_PAGE, SUBJECT
from patogh.hangout.models import Ballot, Elector, PollRecord
from patogh.kit.errors import NotFound
from patogh.kit.tlog import tiles
from patogh.ledger.models import LogBundle, Opening, Receipt, Submission
from patogh.ledger.queries.book import Standing, standing_of
from patogh.people.models import Member

CURSOR_CHARS_MAX: Final = 40


@dataclass(frozen=True, slots=True)
class Own:
    """What is somebody's own of a poll; `receipt` is the code of their ballot."""

    elector: Elector | None = None
    ballot: Ballot | None = None
    receipt: str = ""


@dataclass(frozen=True, slots=True)
class Entries:
    """A page of a poll's lines in the order of the book: their exact text, and the cursor of the next page, if there is one."""

    lines: list[str]
    next: str


def record_of(topic_id: int) -> PollRecord:
    """Return the record of a topic's poll; raises NotFound."""
    found = PollRecord.objects.select_related("poll__topic__space", "poll__topic__author").filter(poll__topic=topic_id)
    record = found.first()
    if record is None:
        raise NotFound
    return record


def own_of(record: PollRecord, member: Member | None) -> Own:
    """Return what is a member's own of a poll: two queries, three with a ballot."""
    if member is None:
        return Own()
    elector = Elector.objects.filter(record=record, member=member).first()
    ballot = Ballot.objects.filter(elector=elector).first() if elector else None
    if elector is None or ballot is None:
        return Own(elector)
    key = f"poll:{record.ref}:b:{elector.key}"
    codes = Receipt.objects.filter(submission__key=key, member=member).values_list("code", flat=True)
    return Own(elector, ballot, codes.first() or "")


def submission_of(ref: str, step: str) -> Submission:
    """Return the entry of a step of a poll ("opened", "closed", "result"); raises NotFound."""
    found = Submission.objects.filter(key=f"poll:{ref}:{step}").first()
    if found is None:
        raise NotFound
    return found


def words_of(record: PollRecord) -> dict[str, dict[str, str]]:
    """Return what opens the commitments to the question and the choices, as far as it is kept: value and salt in hex."""
    rows = Opening.objects.filter(submission__key=f"poll:{record.ref}:opened")
    return {one.field: {"value": one.value, "salt": bytes(one.salt).hex()} for one in rows}


def entries_of(ref: str, after: str = "", size: int = ENTRIES_A_PAGE) -> Entries:
    """Return the next lines of a poll that stand in the book; a cursor that cannot be read begins at the start.

    The emptiness that is excluded is that of the index of subjects; without it SQLite would read every submission.
    """
    found = Submission.objects.filter(subject_kind=SUBJECT, subject_id=ref, log__isnull=False).exclude(subject_kind="")
    found = found.order_by("log_id", "leaf")
    log, leaf = _cursor(after)
    if log:
        found = found.filter(Q(log=log, leaf__gt=leaf) | Q(log__gt=log))
    rows = list(found[: size + 1])
    shown = rows[:size]
    more = f"{shown[-1].log_id}-{shown[-1].leaf}" if len(rows) > len(shown) else ""
    return Entries(_bodies(shown), more)


def _cursor(said: str) -> tuple[int, int]:
    """Return the log and leaf of a cursor, or zeros."""
    log, _, leaf = said[:CURSOR_CHARS_MAX].partition("-")
    if not (log.isascii() and log.isdigit() and leaf.isascii() and leaf.isdigit()):
        return 0, 0
    return min(int(log), 2**62), min(int(leaf), 2**62)


def _bodies(rows: list[Submission]) -> list[str]:
    """Return the exact text of some lines, out of their bundles."""
    wanted = {(row.log_id, row.leaf // tiles.WIDTH) for row in rows if row.leaf is not None}
    bundles: dict[tuple[int | None, int], list[bytes]] = {}
    for log in {log for log, _ in wanted}:
        numbers = [number for one, number in wanted if one == log]
        for bundle in LogBundle.objects.filter(log=log, number__in=numbers):
            bundles[log, bundle.number] = tiles.entries_of(bytes(bundle.body))
    return [
        bundles[row.log_id, row.leaf // tiles.WIDTH][row.leaf % tiles.WIDTH].decode()
        for row in rows
        if row.leaf is not None
    ]


def standing(record: PollRecord) -> Standing | None:
    """Return how many witnesses saw the result, or None: before there is one, and for a poll that another house held."""
    found = Submission.objects.filter(key=f"poll:{record.ref}:result").first() if record.counted_at else None
    return standing_of(found) if found else None


def facts_of(record: PollRecord) -> str:
    """Return what the browser's recount begins with, as JSON: the reference and what opens the question and the choices."""
    return json.dumps({"poll": record.ref, "words": words_of(record)}, ensure_ascii=False)


def choices_of(record: PollRecord) -> list[tuple[int, str, int]]:
    """Return the choices of a sealed poll in order: position, words, and the votes once the result is final."""
    votes = record.counts if record.phase == "final" else []
    texts = record.poll.options.order_by("position").values_list("text", flat=True)
    return [(at, text, votes[at] if at < len(votes) else 0) for at, text in enumerate(texts)]
