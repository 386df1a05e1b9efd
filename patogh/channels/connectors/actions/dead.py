"""Dead letters: what could not be taken, kept as it came until somebody replays or drops it."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.db.models import F
from django.utils import timezone

from patogh.activity import action, enqueue, record, upkeep
from patogh.channels.connectors import letters, limits, naming
from patogh.channels.connectors.errors import LettersFull, NotWaiting
from patogh.channels.models import DeadLetter, LetterName, Setup
from patogh.people.models import Member

READ: Final = "channels.read_letters"
_OPEN: Final[dict[str, Any]] = {"replayed_at": None, "dropped_at": None}
_STEP: Final = 500


@upkeep
def lay_aside(setup: Setup, body: bytes, headers: dict[str, Any], fault: str, also: str = "") -> DeadLetter:
    """Keep what could not be taken, with whom it may name (`also`: words of the call); the same once more is the letter that
    lies there. Raises LettersFull.
    """
    key = letters.digest(body)
    waiting = DeadLetter.objects.filter(setup=setup, **_OPEN)
    known = waiting.filter(key=key).first()
    if known is not None:
        return known
    if waiting[: limits.LETTERS_OPEN_MAX].count() >= limits.LETTERS_OPEN_MAX:
        raise LettersFull(retry_after_s=limits.HALTED_RETRY_S)
    Setup.objects.filter(pk=setup.pk).update(dead_count=F("dead_count") + 1)
    digests, is_named = naming.digests_of(body, also)
    letter = DeadLetter.objects.create(
        setup=setup, key=key, body=body, headers=headers, fault=fault[: limits.FAULT_CHARS_MAX], came_at=timezone.now(),
        is_named=is_named,
    )  # fmt: skip
    LetterName.objects.bulk_create(LetterName(letter=letter, digest=digest) for digest in sorted(digests))
    return letter


@upkeep
def forget_letters_of(identities: list[int]) -> int:
    """Erase the letters that name somebody who is erased, and have those read whose names are not all known; returns how many."""
    digests = sorted(naming.digests_of_identities(identities))
    named: set[int] = set()
    for at in range(0, len(digests), _STEP):
        rows = LetterName.objects.filter(digest__in=digests[at : at + _STEP])
        named.update(rows.values_list("letter_id", flat=True))
    if digests and DeadLetter.objects.filter(is_named=False, **_OPEN).exists():
        for at in range(0, len(digests), _STEP):
            enqueue(READ, digests=digests[at : at + _STEP])
    return _erased(named)


def read_letters(digests: list[str]) -> int:
    """Read the letters whose names are not all known, and erase those that name one of these; returns how many."""
    wanted, gone, last = set(digests), 0, 0
    while True:
        letter = DeadLetter.objects.filter(pk__gt=last, is_named=False, **_OPEN).order_by("pk").first()
        if letter is None:
            return gone
        last = letter.pk
        said = naming.digests_of(bytes(letter.body), letters.words_around(letter), is_whole=True)[0]
        gone += erase_letter(letter.pk) if said & wanted else 0


@upkeep
def erase_letter(letter_id: int) -> int:
    """Erase one letter; returns 1, or 0 where it was gone."""
    return _erased({letter_id})


@action
def settle_replayed(letter: DeadLetter, *, by: Member | None) -> DeadLetter:
    """Note that a letter was taken after all: what it said stands elsewhere now, its row says that it was. Raises NotWaiting."""
    row = _emptied(letter, "replayed_at")
    record("channels.letter_replayed", by=by, subject=row, target=row.setup)
    return row


@action
def drop_letter(letter: DeadLetter, *, by: Member | None) -> DeadLetter:
    """Drop a letter for good: its body goes, its row says that it was there. Raises NotWaiting."""
    row = _emptied(letter, "dropped_at")
    record("channels.letter_dropped", by=by, subject=row, target=row.setup)
    return row


@upkeep
def note_still_dead(letter: DeadLetter, fault: str) -> None:
    """Note why a replayed letter still cannot be taken."""
    DeadLetter.objects.filter(pk=letter.pk).update(fault=fault[: limits.FAULT_CHARS_MAX])


@upkeep
def forget_letters() -> int:
    """Forget letters after LETTERS_KEPT_DAYS, whatever became of them; returns how many."""
    before = timezone.now() - dt.timedelta(days=limits.LETTERS_KEPT_DAYS)
    old = list(DeadLetter.objects.filter(came_at__lt=before).order_by("pk").values("pk")[:_STEP])
    return _erased({row["pk"] for row in old})


def _erased(keys: set[int]) -> int:
    """Delete letters and count anew what waits at their setups."""
    setups = set(DeadLetter.objects.filter(pk__in=keys).values_list("setup_id", flat=True))
    gone = DeadLetter.objects.filter(pk__in=keys).delete()[1].get("channels.DeadLetter", 0)
    for setup_id in setups:
        left = DeadLetter.objects.filter(setup_id=setup_id, **_OPEN).count()
        Setup.objects.filter(pk=setup_id).update(dead_count=left)
    return gone


def _emptied(letter: DeadLetter, moment: str) -> DeadLetter:
    """Empty a letter that waits, with whom it names, and note under `moment` that it waits no more. Raises NotWaiting."""
    row = DeadLetter.objects.select_for_update(of=("self",)).select_related("setup").get(pk=letter.pk)
    if row.replayed_at is not None or row.dropped_at is not None:
        raise NotWaiting
    setattr(row, moment, timezone.now())
    row.body, row.headers = b"", {}
    row.save(update_fields=[moment, "body", "headers"])
    LetterName.objects.filter(letter=row).delete()
    Setup.objects.filter(pk=row.setup_id, dead_count__gt=0).update(dead_count=F("dead_count") - 1)
    return row
