"""`patogh people import`: a file of any size, read to its end by the command itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from patogh.people.models import Member
from patogh.persons.actions import importing as actions
from patogh.persons.errors import ConsentNeedsMember, PeoplePlanRefused
from patogh.persons.importing import files, plans, running, tables
from patogh.persons.models import PeopleImport

TELL_EVERY_ROWS: Final = 10_000
FOREVER_S: Final = 10**9


@dataclass(frozen=True, slots=True)
class Wish:
    """What the command is asked: where the rows come from, what columns are (`chosen`), what a yes in the consent column
    stands for (`agreed`: words, purpose, method, evidence), and which member of the team answers for that.
    """

    label: str
    chosen: Mapping[str, str] = field(default_factory=dict)
    agreed: Mapping[str, str] = field(default_factory=dict)
    by: Member | None = None


def run(file: Path, wish: Wish, *, dry_run: bool, tell: Callable[[str], object]) -> None:
    """Read a file, or count what would become of it; raises PeopleFileRefused, PeoplePlanRefused, ConsentNeedsMember."""
    table = tables.opened(file)
    if set(wish.chosen) - set(table.header):
        raise PeoplePlanRefused(why="columns")
    guessed = plans.proposed(table)
    meanings = [wish.chosen.get(name, guess) for name, guess in zip(table.header, guessed, strict=True)]
    plan = plans.made(table, meanings, wish.agreed)
    if "consent" in plan and wish.by is None:
        raise ConsentNeedsMember
    for name, meaning in zip(table.header, meanings, strict=True):
        tell(f"{name}: {meaning or 'not used'}")
    if dry_run:
        for code, count in sorted(running.counted(file, plan, wish.label).items()):
            tell(f"{code}: {count:,}")
        return
    _tell(_read(file, wish, plan, tell), tell)


def _read(file: Path, wish: Wish, plan: dict[str, object], tell: Callable[[str], object]) -> PeopleImport:
    kept = files.outside(file, wish.label)
    begun = PeopleImport.objects.filter(sha256=kept.sha256, state="reading", file="").order_by("-pk").first()
    if begun is None:
        begun = actions.begin_people(actions.keep_people(kept, by=wish.by), plan, by=wish.by, in_background=False)

    def progress(row: PeopleImport) -> None:
        if row.rows_count % TELL_EVERY_ROWS == 0:
            tell(f"{row.rows_count:,} of {row.rows_total:,} rows")

    return running.read_on(begun, file, turn_s=FOREVER_S, progress=progress) or begun


def _tell(row: PeopleImport, tell: Callable[[str], object]) -> None:
    tell(
        f"{row.rows_count:,} rows: {row.new_count:,} new, {row.known_count:,} known, {row.same_count:,} as before, "
        f"{row.blocked_count:,} erased here, {row.refused_count:,} refused"
    )
