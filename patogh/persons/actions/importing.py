"""Files of people: kept, planned, read chunk by chunk with the place where each ended, and taken back whole."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils import timezone

from patogh.activity import action, enqueue, record, upkeep
from patogh.activity.bulk import insert_rows
from patogh.kit.errors import PatoghError
from patogh.people.actions.elsewhere import forget_identities
from patogh.people.consent import routes
from patogh.people.consent.actions import take_consents, withdraw
from patogh.people.consent.algebra import standing
from patogh.people.identifying import identities_of_many
from patogh.people.models import Consent, Identity, Member
from patogh.people.queries import may
from patogh.persons import limits
from patogh.persons.actions.events import TRAITS_SAID, EventFacts, say_traits, take_events
from patogh.persons.errors import ImportNotNewest, ImportNotWaiting, ImportTooOld, MayNotImport, PeoplePlanRefused
from patogh.persons.importing.rows import RowFacts
from patogh.persons.models import Brought, PeopleImport, PeopleRefusal, Trait

RIGHT: Final = "persons.export"
READ: Final = "persons.read_people"
UNDO: Final = "persons.undo_people"
UNDO_STEP: Final = 200
_COUNTS: Final = {"duplicate": "same_count", "kept_out": "blocked_count", "too_many_traits": "refused_count"}


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file of people in the data folder (`file`), or one that stays where it is (no `file`)."""

    label: str
    name: str
    sha256: str
    size: int
    file: str = ""


@dataclass(slots=True)
class Chunk:
    """Rows `start` + 1 to `end` of a file."""

    start: int
    end: int
    rows: list[RowFacts] = field(default_factory=list)


@upkeep
def keep_people(kept: KeptFile, *, by: Member | None) -> PeopleImport:
    """Remember a file whose columns are to be chosen; `by` None is the operator's command. Raises MayNotImport, PeoplePlanRefused."""
    _check(by)
    label = re.sub(r"[^a-z0-9._-]+", "-", kept.label.strip().lower()).strip("-._")[: limits.PEOPLE_LABEL_CHARS_MAX]
    if not label:
        raise PeoplePlanRefused(why="columns")
    return PeopleImport.objects.create(
        label=label, name=kept.name[:200], sha256=kept.sha256, file=kept.file, bytes_total=kept.size, brought_by=by, started_at=timezone.now()
    )  # fmt: skip


@upkeep
def begin_people(
    brought: PeopleImport, plan: dict[str, Any], *, by: Member | None, in_background: bool = True
) -> PeopleImport:
    """Read a file by this plan; raises MayNotImport, ImportNotWaiting."""
    _check(by)
    turn = PeopleImport.objects.filter(
        label=brought.label, state="undone"
    ).count()  # taken back: the same rows count anew
    if not PeopleImport.objects.filter(pk=brought.pk, state="asked").update(
        state="reading", plan=plan | {"turn": turn}
    ):
        raise ImportNotWaiting
    if in_background:
        go_on_people(brought)
    brought.refresh_from_db()
    return brought


@upkeep
def go_on_people(brought: PeopleImport) -> None:
    """Let a worker read on."""
    enqueue(READ, key=f"{READ}:{brought.pk}", import_id=brought.pk)


@upkeep
def count_people(brought: PeopleImport, rows: int) -> PeopleImport:
    """Remember how many rows a file has, so that its page can say how much of it is read."""
    PeopleImport.objects.filter(pk=brought.pk, state="reading").update(rows_total=rows)
    brought.refresh_from_db()
    return brought


@upkeep
def read_people(import_id: int, chunk: Chunk) -> PeopleImport | None:
    """Write one chunk and where it ended, both or neither; None where somebody else has read these rows already."""
    brought = PeopleImport.objects.select_for_update(of=("self",)).select_related("brought_by").get(pk=import_id)
    if brought.state != "reading" or brought.rows_count != chunk.start:
        return None
    good = [row for row in chunk.rows if not row.why]
    known = _known(good)
    was = _traits_before(brought, known)
    codes = [outcome.code for outcome in take_events([_event(brought, row) for row in good])]
    taken = [row for row, code in zip(good, codes, strict=True) if code == "accepted"]
    found = identities_of_many([(*key, False) for row in taken for key in row.keys]) if taken else {}
    _mark(brought, found, known, was)
    _agree(brought, taken, found)
    _count(brought, chunk, codes, sum(row.keys[0] not in known for row in taken))
    refused = [(row.number, row.why) for row in chunk.rows if row.why]
    refused += [
        (row.number, code) for row, code in zip(good, codes, strict=True) if code in {"kept_out", "too_many_traits"}
    ]
    insert_rows(PeopleRefusal, ("brought", "row", "code"), [(brought.pk, *one) for one in sorted(refused)])
    brought.rows_count = chunk.end
    brought.save()
    return brought


@action
def end_people(brought: PeopleImport, *, by: Member | None, why: str = "") -> PeopleImport:
    """Say that a file is read to its end, or (`why`, a key of `words.PEOPLE_FILE_WORDS`, or "asked") that it stopped."""
    row = PeopleImport.objects.select_for_update(of=("self",)).get(pk=brought.pk)
    if row.state != "reading":
        raise ImportNotWaiting
    row.state, row.stopped_why, row.file, row.ended_at = "stopped" if why else "ended", why[:40], "", timezone.now()
    row.save()
    counts = {name: getattr(row, f"{name}_count") for name in ("rows", "new", "known", "same", "blocked", "refused")}
    record(
        "persons.people_imported", by=by, subject=row, channel="job", data={"label": row.label, "why": why, **counts}
    )
    return row


@upkeep
def drop_people(brought: PeopleImport, *, by: Member) -> None:
    """Forget a file that was not begun; raises MayNotImport, ImportNotWaiting."""
    _check(by)
    if not PeopleImport.objects.filter(pk=brought.pk, state="asked").delete()[0]:
        raise ImportNotWaiting


@action
def undo_people(brought: PeopleImport, *, by: Member) -> PeopleImport:
    """Take a whole file back: what it said, and whom nobody knows otherwise. A worker does it step by step.

    Raises MayNotImport, ImportNotWaiting, ImportNotNewest, ImportTooOld.
    """
    _check(by)
    row = PeopleImport.objects.select_for_update(of=("self",)).get(pk=brought.pk)
    if row.state not in {"ended", "stopped"}:
        raise ImportNotWaiting
    later = PeopleImport.objects.filter(label=row.label, pk__gt=row.pk, state__in=("reading", "ended", "stopped"))
    if later.exists():
        raise ImportNotNewest
    if row.started_at < timezone.now() - dt.timedelta(days=limits.PEOPLE_UNDO_DAYS):
        raise ImportTooOld
    row.state = "undone"
    row.save(update_fields=["state"])
    enqueue(UNDO, key=f"{UNDO}:{row.pk}", import_id=row.pk)
    record("persons.people_import_undone", by=by, subject=row, data={"label": row.label, "rows": row.rows_count})
    return row


@upkeep
def undo_some(import_id: int) -> int:
    """Take back what a file said of some of its identities; returns how many there were, 0 at the end."""
    brought = PeopleImport.objects.get(pk=import_id, state="undone")
    marks = list(Brought.objects.filter(brought=brought).select_related("identity").order_by("pk")[:UNDO_STEP])
    source = source_of(brought)
    Trait.objects.filter(identity__in=[mark.identity_id for mark in marks], source=source).delete()
    for mark in marks:
        for name, (value, said_at) in mark.was.items():
            say_traits(mark.identity, {name: value}, source=source, said_at=dt.datetime.fromisoformat(said_at))
    _take_back_yes(brought, [mark.identity_id for mark in marks])
    forget_identities(_alone([mark.identity for mark in marks if mark.is_new], source))
    Brought.objects.filter(pk__in=[mark.pk for mark in marks]).delete()
    return len(marks)


def source_of(brought: PeopleImport) -> str:
    """Return the source that traits and activities of a file name: that of its label."""
    return f"import:{brought.label}"


def _check(by: Member | None) -> None:
    if by is not None and not may(by, RIGHT):
        raise MayNotImport


def _event(brought: PeopleImport, row: RowFacts) -> EventFacts:
    """Return a row as what another system tells: claims, nothing proved; the same row of one label counts once."""
    who, *also = [(*key, False) for key in row.keys]
    key = f"{brought.plan.get('turn', 0)}:{row.digest}"
    return EventFacts(
        TRAITS_SAID, (who,), source_of(brought), key, brought.started_at, {"source": source_of(brought)}, row.traits, tuple(also), channel="import"
    )  # fmt: skip


def _known(rows: Sequence[RowFacts]) -> dict[tuple[str, str], int]:
    """Return which identities of some rows are there already; one query a kind."""
    found: dict[tuple[str, str], int] = {}
    for kind in ("import", "email", "phone"):
        values = {value for row in rows for one, value in row.keys if one == kind}
        if values:
            there = Identity.objects.filter(kind=kind, value__in=values).values_list("value", "pk")
            found |= {(kind, value): pk for value, pk in there}
    return found


def _traits_before(brought: PeopleImport, known: dict[tuple[str, str], int]) -> dict[int, dict[str, Any]]:
    """Return what the source had said of identities before, so that taking the file back gives it again."""
    rows = Trait.objects.filter(identity__in=list(known.values()), source=source_of(brought))
    found: dict[int, dict[str, Any]] = {}
    for identity, name, value, said_at in rows.values_list("identity_id", "name", "value", "said_at"):
        found.setdefault(identity, {})[name] = [value, said_at.isoformat()]
    return found


def _mark(
    brought: PeopleImport,
    found: dict[tuple[str, str], int],
    known: dict[tuple[str, str], int],
    was: dict[int, dict[str, Any]],
) -> None:
    """Remember whom this file named; the first word of a file about somebody is the one that tells how it was before."""
    there = set(known.values())
    marks = [
        Brought(brought=brought, identity_id=pk, is_new=pk not in there, was=was.get(pk, {}))
        for pk in sorted(set(found.values()))
    ]
    Brought.objects.bulk_create(marks, ignore_conflicts=True)


def _agree(brought: PeopleImport, taken: Sequence[RowFacts], found: dict[tuple[str, str], int]) -> None:
    """Keep the yes of those who said it, with the words, for every address by which they can be reached."""
    consent, by = brought.plan.get("consent"), brought.brought_by
    wanted = [found[key] for row in taken if row.is_agreed for key in row.keys if key in found]
    if not consent or by is None or not wanted:
        return
    said = {
        "words": consent["words"], "method": consent["method"], "at": brought.started_at,
        "evidence": {"import": brought.pk, "file": brought.sha256, **({"said": consent["evidence"]} if "evidence" in consent else {})},
    }  # fmt: skip
    for identity in Identity.objects.filter(pk__in=wanted).order_by("pk"):
        if way := routes.way_of(identity):
            _agreed(identity, consent["purpose"], way, said, by)


def _agreed(identity: Identity, purpose: str, way: str, said: Any, by: Member) -> None:
    """Keep one yes where nothing was said before: a file lifts nobody's no. One that may not be kept (a minor's) stops nothing."""
    if standing(identity.person or [identity.pk], purpose, way, address=identity).state != "unknown":
        return
    try:
        take_consents([(identity, "given", purpose, way, said)], by=by)
    except PatoghError:
        return


def _take_back_yes(brought: PeopleImport, identities: Sequence[int]) -> None:
    """Let the yes that a file brought stand no longer, where nothing was said of it since."""
    rows = Consent.objects.filter(identity__in=identities, state="given", evidence__import=brought.pk)
    for row in rows.select_related("identity").order_by("pk"):
        cell = {"identity": row.identity_id, "purpose": row.purpose, "channel": row.channel, "sender": row.sender}
        newest = Consent.objects.filter(**cell).order_by("-happened_at", "-pk").values_list("pk", flat=True).first()
        if newest == row.pk:
            withdraw(
                row.identity,
                row.purpose,
                row.channel,
                sender=row.sender,
                method="undo",
                evidence={"import": brought.pk},
            )


def _count(brought: PeopleImport, chunk: Chunk, codes: Iterable[str], new: int) -> None:
    for code in codes:
        name = _COUNTS.get(code, "known_count")
        setattr(brought, name, getattr(brought, name) + 1)
    brought.new_count += new
    brought.known_count -= new
    brought.refused_count += sum(bool(row.why) for row in chunk.rows)


def _alone(identities: Sequence[Identity], source: str) -> list[int]:
    """Return which of these identities nobody else ever spoke of: they go with the file."""
    from patogh.activity.models import Activity

    ids = [one.pk for one in identities]
    others = set(
        Activity.objects.filter(identity_id__in=ids).exclude(source=source).values_list("identity_id", flat=True)
    )
    others |= set(Trait.objects.filter(identity__in=ids).exclude(source=source).values_list("identity_id", flat=True))
    others |= set(Brought.objects.filter(identity__in=ids, is_new=False).values_list("identity_id", flat=True))
    return [one.pk for one in identities if one.pk not in others and one.verified_at is None and one.kind != "member"]
