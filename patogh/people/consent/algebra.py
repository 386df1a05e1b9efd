"""What stands: the algebra over everything that a person's identities ever said about one purpose.

1. Of one identity the newest word counts. A word about one sender and a word about all of them (sender "") are both about that
   sender; what was withdrawn from one sender is not lifted by a later general yes, unless the person said it on our own page.
2. A withdrawal by any identity of the person stands for all of them, until that identity gives anew, or the person does,
   signed in, afterwards.
3. A yes permits the address that gave it. A yes of the account permits every proved address of the person.
4. Silence permits nothing.
5. A merge lends nothing: what an account said before somebody laid another's identity beside it neither lifts the no of that
   identity nor permits its address. What she says afterwards, signed in, is about both.

Nothing here is stored: after a merge, an undo or a split the same rows are read over other identities.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from patogh.people.models import Consent, Identity, Person
from patogh.people.queries.identities import Beside, laid_beside

State = Literal["given", "withdrawn", "unknown"]
OWN_METHODS: Final = frozenset({"settings", "link", "confirmed"})
_FIELDS: Final = (
    "pk", "identity_id", "identity__kind", "purpose", "channel", "sender", "state", "method", "happened_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Word:
    """One row as the algebra sees it; words are ordered by `at`, then by `key`."""

    key: int
    identity: int
    sender: str
    is_given: bool
    is_account: bool
    is_own: bool
    at: dt.datetime

    @property
    def turn(self) -> tuple[dt.datetime, int]:
        """What is newer."""
        return (self.at, self.key)


@dataclass(frozen=True)
class Standing:
    """What stands, and by which rows; `rows` is empty where nothing was said."""

    state: State
    keys: tuple[int, ...] = ()

    @property
    def rows(self) -> list[Consent]:
        """The rows that decided."""
        return list(Consent.objects.filter(pk__in=self.keys).order_by("pk"))


UNKNOWN: Final = Standing("unknown")


def standing(
    whose: Person | Iterable[int], purpose: str, channel: str, sender: str = "", *, address: Identity | None = None
) -> Standing:
    """Return what stands for a person (or for identities by number) and, if `address` is given, for that address."""
    rows = Identity.objects.filter(person=whose) if isinstance(whose, Person) else ()
    numbers = [row.pk for row in rows] if isinstance(whose, Person) else list(whose)
    words = words_of(numbers, purpose, channel, sender)
    return decided(
        words.get((purpose, channel), []), sender,
        address=address.pk if address else None, is_proved=bool(address and address.verified_at),
        beside=beside_of(words, [*numbers, *([address.pk] if address else [])]),
    )  # fmt: skip


def beside_of(words: Mapping[tuple[str, str], Iterable[Word]], numbers: Sequence[int]) -> dict[int, Beside]:
    """Return which of these identities a merge brought, where an account said yes to anything; else it does not matter."""
    return (
        laid_beside(numbers) if any(one.is_account and one.is_given for said in words.values() for one in said) else {}
    )


def words_of(
    numbers: Sequence[int], purpose: str = "", channel: str = "", sender: str | None = None
) -> dict[tuple[str, str], list[Word]]:
    """Return what identities said, by purpose and channel: one statement for every 500 of them."""
    found: dict[tuple[str, str], list[Word]] = {}
    for start in range(0, len(numbers), 500):
        rows = Consent.objects.filter(identity_id__in=numbers[start : start + 500])
        rows = rows.filter(purpose=purpose) if purpose else rows
        rows = rows.filter(channel=channel) if channel else rows
        rows = rows.filter(sender__in={"", sender}) if sender is not None else rows
        for key, identity, kind, what, where, who, state, method, at in rows.values_list(*_FIELDS):
            word = Word(key, identity, who, state == "given", kind == "member", method in OWN_METHODS, at)
            found.setdefault((what, where), []).append(word)
    return found


def decided(
    words: Iterable[Word], sender: str = "", *, address: int | None = None, is_proved: bool = False,
    beside: Mapping[int, Beside] | None = None,
) -> Standing:  # fmt: skip
    """Return what stands by these words, all about one purpose and channel; pure. `beside` tells what merges brought."""
    beside = beside or {}
    said = _by_identity(words, sender)
    accounts = [word for word in said.values() if word.is_account]
    lifting = [word for word in accounts if word.is_given and word.is_own]
    against = [
        word for word in said.values() if not word.is_given and not any(_lifts(yes, word, beside) for yes in lifting)
    ]
    if against:
        return Standing("withdrawn", _keys(against))
    permitting = [word for word in said.values() if word.is_given and _permits(word, address, is_proved, beside)]
    return Standing("given", _keys(permitting)) if permitting else UNKNOWN


def _permits(word: Word, address: int | None, is_proved: bool, beside: Mapping[int, Beside]) -> bool:
    if address is None or word.identity == address:
        return True
    return word.is_account and is_proved and _is_about(word, address, beside)


def _lifts(yes: Word, no: Word, beside: Mapping[int, Beside]) -> bool:
    return yes.identity != no.identity and yes.turn > no.turn and _is_about(yes, no.identity, beside)


def _is_about(yes: Word, other: int, beside: Mapping[int, Beside]) -> bool:
    """Whether an account and another identity were one person already when the account said this."""
    mine, theirs = beside.get(yes.identity), beside.get(other)
    if mine is None or theirs is None or mine.home == theirs.home:
        return True
    return all(one.since is None or one.since < yes.at for one in (mine, theirs))


def _by_identity(words: Iterable[Word], sender: str) -> Mapping[int, Word]:
    """Return the word of each identity that counts for a sender."""
    general: dict[int, Word] = {}
    special: dict[int, Word] = {}
    for word in words:
        kept = general if word.sender == "" else special
        if word.sender in {"", sender} and (word.identity not in kept or kept[word.identity].turn < word.turn):
            kept[word.identity] = word
    return {one: _counting(general.get(one), special.get(one)) for one in general.keys() | special.keys()}


def _counting(general: Word | None, special: Word | None) -> Word:
    """Return which of the newest general and the newest special word of one identity counts."""
    if general is None or special is None:
        found = special or general
        assert found is not None  # noqa: S101 - one of the two brought the identity here
        return found
    newer, older = (general, special) if general.turn > special.turn else (special, general)
    if newer is general and newer.is_given and not older.is_given and not newer.is_own:
        return older
    return newer


def _keys(words: Iterable[Word]) -> tuple[int, ...]:
    return tuple(sorted(word.key for word in words))
