"""What somebody sees of their consents: every purpose with every channel, what stands, and by which words it is asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from patogh.people.consent import aims, limits, routes, texts
from patogh.people.consent.aims import Purpose
from patogh.people.consent.algebra import State, Word, beside_of, decided, words_of
from patogh.people.consent.routes import Way
from patogh.people.models import Consent, ConsentCount, Identity
from patogh.people.queries.identities import Beside


@dataclass(frozen=True)
class Cell:
    """One purpose on one channel: what stands since when, whether something may come, and the words that ask."""

    way: Way
    state: State
    is_on: bool
    since: dt.datetime | None
    words: str
    number: int
    senders_stopped: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """One purpose with its cells; `cells` is empty for what cannot be refused."""

    purpose: Purpose
    cells: list[Cell]


def choices(identity: Identity, language: str, *, is_account: bool) -> list[Line]:
    """Return the choices of an account (all channels it can be reached by), or of an address alone."""
    family = [identity]
    if identity.person_id is not None:
        family += list(Identity.objects.filter(person_id=identity.person_id).exclude(pk=identity.pk))
    words = words_of([one.pk for one in family])
    beside = beside_of(words, [one.pk for one in family])
    offered = _offered(family, identity, is_account=is_account)
    cells = [cell for cell in texts.cells() if cell[1] in offered]
    asked = texts.texts(cells)
    lines = [Line(one, []) for one in aims.purposes()]
    for line in lines:
        for where in (cell[1] for cell in cells if cell[0] == line.purpose.name):
            said = words.get((line.purpose.name, where), [])
            text = asked[line.purpose.name, where]
            line.cells.append(_cell(line.purpose, text, (said, beside), language, None if is_account else identity))
    return [line for line in lines if line.cells or not line.purpose.can_be_withdrawn]


def columns(lines: Sequence[Line]) -> list[Way]:
    """Return the channels that the lines have, each once."""
    return list({cell.way.name: cell.way for line in lines for cell in line.cells}.values())


def history(numbers: Sequence[int], before: int = 0) -> list[Consent]:
    """Return what these identities said, newest first, from before a key; one more than a page shows."""
    rows = Consent.objects.filter(identity_id__in=numbers).select_related("identity", "text")
    rows = rows.filter(pk__lt=before) if before else rows
    return list(rows.order_by("-pk")[: limits.HISTORY_ROWS + 1])


def newest(before: int = 0) -> list[Consent]:
    """Return what anybody said last, for the team; one more than a page shows."""
    rows = Consent.objects.select_related("identity", "text")
    rows = rows.filter(pk__lt=before) if before else rows
    return list(rows.order_by("-pk")[: limits.HISTORY_ROWS + 1])


def counts() -> dict[tuple[str, str], list[ConsentCount]]:
    """Return the counters by purpose and channel: first what stands now, then by method."""
    found: dict[tuple[str, str], list[ConsentCount]] = {}
    for row in ConsentCount.objects.order_by("purpose", "channel", "method"):
        found.setdefault((row.purpose, row.channel), []).append(row)
    return found


def _offered(family: Sequence[Identity], identity: Identity, *, is_account: bool) -> set[str]:
    if not is_account:
        return {routes.way_of(identity)}
    common = {one.name for one in routes.ways().values() if one.is_common}
    return common | {routes.way_of(one) for one in family} | {routes.HERE}


def _cell(
    purpose: Purpose, text: texts.Text, words: tuple[list[Word], dict[int, Beside]], language: str, address: Identity | None
) -> Cell:  # fmt: skip
    said, beside = words
    proved = bool(address and address.verified_at)
    stands = decided(said, "", address=address.pk if address else None, is_proved=proved, beside=beside)
    senders = sorted({word.sender for word in said if word.sender})
    stopped = (
        tuple(one for one in senders if decided(said, one, beside=beside).state == "withdrawn")
        if stands.state != "withdrawn"
        else ()
    )
    return Cell(
        way=routes.known(text.channel), state=stands.state, is_on=_is_on(purpose, stands.state),
        since=max((word.at for word in said if word.key in stands.keys), default=None),
        words=text.words(language), number=text.number, senders_stopped=stopped,
    )  # fmt: skip


def _is_on(purpose: Purpose, state: State) -> bool:
    return state == "given" or (state == "unknown" and not purpose.needs_consent)
