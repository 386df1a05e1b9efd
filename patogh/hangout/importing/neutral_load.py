"""Bringing a neutral folder in: sheet after sheet, each row by itself, so that what is broken is said and nothing else is lost.

Rows that came are marked, so running it again brings only what is missing, also after a kill. Numbers are kept where
nobody has them: in an empty house every address stays what it was.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from patogh.hangout.exporting import sheets
from patogh.hangout.exporting.sheets import ACTIVITIES, MEMBERS, Sheet
from patogh.hangout.importing import neutral_rows as rows
from patogh.hangout.importing import texts
from patogh.hangout.importing.actions import neutral as writes
from patogh.hangout.importing.actions import neutral_counts, neutral_road
from patogh.hangout.importing.actions.neutral_members import load_people
from patogh.hangout.importing.actions.neutral_posts import load_posts
from patogh.hangout.importing.neutral import Folder, Row
from patogh.hangout.importing.neutral_words import as_written
from patogh.kit.hooks import plugins
from patogh.people.models import Member

BATCH_ROWS: Final = 1_000
LISTED_MAX: Final = 10_000
_AHEAD_BATCHES: Final = 2  # whose texts are made while one is written
Progress = Callable[[str, int, int], None]


@dataclass(slots=True)
class Report:
    """What came, what was here, what was left out and why."""

    folder: str
    source: str
    dry_run: bool
    read: Counter[str] = field(default_factory=Counter)
    new: Counter[str] = field(default_factory=Counter)
    already: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    skipped: list[tuple[str, int, str, str]] = field(default_factory=list)
    skipped_count: int = 0
    remarks: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def skip(self, name: str, row: Row, why: str) -> None:
        """Note a row that stays out: sheet, line, its key, the reason."""
        self.skipped_count += 1
        if len(self.skipped) < LISTED_MAX:
            self.skipped.append((name, row.line, row.key, why))

    def as_json(self) -> dict[str, Any]:
        """Return everything as plain values."""
        listed = [dict(zip(("sheet", "line", "id", "why"), one, strict=True)) for one in self.skipped]
        return {
            "folder": self.folder, "source": self.source, "dry_run": self.dry_run, "read": dict(self.read), "new": dict(self.new),
            "already": dict(self.already), "changed": dict(self.changed), "skipped": {"count": self.skipped_count, "rows": listed},
            "remarks": self.remarks, "seconds": round(self.seconds, 2),
        }  # fmt: skip

    def lines(self, rows_max: int = 40) -> list[str]:
        """Return the report for people."""
        came = "would come" if self.dry_run else "came"
        said = [f"{self.folder} as {self.source}{' (dry run: nothing was written)' if self.dry_run else ''}", ""]
        said += [f"  {'sheet':<18} {'rows':>10} {came:>10} {'here':>10} {'changed':>10}"]
        said += [
            f"  {name:<18} {self.read[name]:>10,} {self.new[name]:>10,} {self.already[name]:>10,} {self.changed[name]:>10,}"
            for name in self.read
        ]
        if self.skipped_count:
            said += ["", f"Left out: {self.skipped_count:,} rows"]
            said += [
                f"  {name}, line {line}, id {key or '-'}: {why}" for name, line, key, why in self.skipped[:rows_max]
            ]
            if self.skipped_count > rows_max:
                said.append(f"  … and {self.skipped_count - rows_max:,} more (--json lists them)")
        return said + [f"Note: {remark}." for remark in self.remarks]


@dataclass(slots=True)
class Wish:
    """How a folder is brought in."""

    dry_run: bool = False
    roles: bool = False


class Loader:
    """One run over one folder."""

    def __init__(self, folder: Folder, wish: Wish, say: Progress) -> None:
        """Prepare to load `folder`."""
        self.folder, self.wish, self.say = folder, wish, say
        self.source = f"neutral:{folder.site}"[:40]
        self.report = Report(folder.path.name, self.source, wish.dry_run, remarks=list(folder.remarks))
        self.finder = rows.Finder(self.source, wish.dry_run)
        self.plain = {sheet.name: sheet for sheet in sheets.plain()}

    def run(self) -> Report:
        """Load everything and return the report."""
        started = time.monotonic()
        for name in sheets.names():
            if extra := self.folder.unknown(name):
                self.report.remarks.append(f"{name} has columns that the format does not know: {', '.join(extra[:20])}")
            if name == "roles" and name in self.folder.files and not self.wish.roles:
                self.report.remarks.append("roles are not given; --with-roles gives them")
            elif name != ACTIVITIES:
                self._sheet(name)
        if not self.wish.dry_run:
            self._second_look()
            neutral_counts.settle(self.source, self.say)
            plugins.hook.sheets_came(came=lambda name: neutral_counts.came(self.source, self.plain[name].kind))
        self._road()
        self.report.seconds = time.monotonic() - started
        return self.report

    def _sheet(self, name: str) -> None:
        """Load one sheet."""
        if name == "topics":
            self.finder.prepare_places(self.folder, self.report.remarks)
        if name == "posts":
            self._posts()
            return
        load = self._members if name == MEMBERS else self._plain(self.plain[name])
        for batch in self._fresh(name):
            load(batch)

    def _posts(self) -> None:
        """Load posts, whose texts are made ready in as many processes as there are cores."""
        sheet, seen = self.plain["posts"], self.folder.files.get("posts")
        many = (seen.stat().st_size // 300) if seen else 0
        with texts.maker(as_written, many) as make:
            begun: deque[tuple[list[Row], Iterator[texts.Text]]] = deque()
            for batch in self._fresh("posts"):
                begun.append((batch, make([str(row.values["text"]) for row in batch])))
                if len(begun) > _AHEAD_BATCHES:
                    self._write(sheet, self.finder.numbered(self._with_texts(*begun.popleft())))
            while begun:
                self._write(sheet, self.finder.numbered(self._with_texts(*begun.popleft())))

    def _with_texts(self, batch: list[Row], made: Iterator[texts.Text]) -> list[Row]:
        """Return the rows whose texts can be kept, with what was made of them; a batch before may have brought some."""
        kept = []
        here = self.finder.known("post", [row.key for row in batch])
        for row, text in zip(batch, made, strict=True):
            if row.key in here:
                self.report.already["posts"] += 1
            elif text.rendered is None:
                self.report.skip("posts", row, text.why)
            else:
                row.values.update(text=text.markdown, html=text.rendered.html)
                row.made = text
                kept.append(row)
        return kept

    def _fresh(self, name: str) -> Iterator[list[Row]]:
        """Yield the rows of a sheet that are not here, a batch at a time; say what the others are."""
        keyed = name == MEMBERS or self.plain[name].keyed
        kind = "member" if name == MEMBERS else self.plain[name].kind
        for batch in self._batches(name):
            here = self.finder.known(kind, [row.key for row in batch]) if keyed else {}
            fresh: dict[str, Row] = {}
            for row in batch:
                if row.key in here and keyed:
                    self.report.already[name] += 1
                    self.report.changed[name] += here[row.key] not in {"", row.digest}
                elif keyed and row.key in fresh:
                    self.report.skip(name, row, f"the same id as on line {fresh[row.key].line}")
                else:
                    fresh[row.key if keyed else str(row.line)] = row
            yield list(fresh.values())

    def _batches(self, name: str) -> Iterator[list[Row]]:
        """Yield the readable rows of a sheet."""
        batch: list[Row] = []
        for row in self.folder.rows(name):
            self.report.read[name] += 1
            if row.why:
                self.report.skip(name, row, row.why)
                continue
            batch.append(row)
            if len(batch) >= BATCH_ROWS:
                self.say(name, self.report.read[name], max(self.report.read[name], 1))
                yield batch
                batch = []
        if batch:
            yield batch

    def _members(self, batch: list[Row]) -> None:
        """Stage people."""
        self.report.new[MEMBERS] += len(batch)
        if self.wish.dry_run:
            self.finder.note("member", [row.key for row in batch])
            return
        for row in batch:
            rows.take_avatar(self.folder, row, self.report.remarks)
        keep = self.finder.keeps_numbers(Member, "member")
        load_people(self.source, [(row.key, row.digest, row.values) for row in batch], keep_numbers=keep)

    def _plain(self, sheet: Sheet) -> Callable[[list[Row]], None]:
        return lambda batch: self._write(sheet, batch)

    def _write(self, sheet: Sheet, batch: list[Row]) -> None:
        """Write rows of a table: references become numbers of this house, files come along."""
        batch = self._resolved(sheet, batch)
        if sheet.same_by:
            batch = self._not_same(sheet, batch)
        if not self.wish.dry_run and (sheet.name == "pictures" or sheet.take):
            batch = [row for row in batch if self._with_file(sheet, row)]
        if self.wish.dry_run:
            self.report.new[sheet.name] += len(batch)
            self.finder.note(sheet.kind, [row.key for row in batch])
        elif sheet.keyed:
            self._write_named(sheet, batch)
        else:
            rows.fill(sheet, batch)
            fields, values = rows.table(sheet, batch)
            came = sheet.load(fields, values) if sheet.load else writes.load_rows(sheet.model, fields, values)
            self.report.new[sheet.name] += came
            self.report.already[sheet.name] += len(batch) - came

    def _resolved(self, sheet: Sheet, batch: list[Row]) -> list[Row]:
        """Return the rows whose references are all known here, with the numbers of this house in place."""
        kept = []
        for row, why in self.finder.resolved(sheet, batch):
            if why:
                self.report.skip(sheet.name, row, why)
            else:
                kept.append(row)
        return kept

    def _not_same(self, sheet: Sheet, batch: list[Row]) -> list[Row]:
        """Return the rows of which there is no equal here; the others are marked as what is here."""
        rows.fill(sheet, batch)
        same = self.finder.same(sheet, batch)
        marks = [(self.source, sheet.kind, row.key, row.digest, same[row.key]) for row in batch if row.key in same]
        if marks and not self.wish.dry_run:
            writes.mark(marks)
        self.finder.note(sheet.kind, list(same))
        self.report.already[sheet.name] += len(same)
        return [row for row in batch if row.key not in same]

    def _with_file(self, sheet: Sheet, row: Row) -> bool:
        """Take the file of a picture over; a row without one is left out."""
        if sheet.take is None:
            why = rows.take_picture(self.folder, row)
        else:
            why = sheet.take(self.folder.file(sheet.stored(row.values) if sheet.stored else ""), row.values)
        if why:
            self.report.skip(sheet.name, row, why)
        return not why

    def _write_named(self, sheet: Sheet, batch: list[Row]) -> None:
        """Write rows that have names of their own."""
        rows.fill(sheet, batch)
        fields, values = rows.table(sheet, batch)
        numbers = self.finder.numbers(sheet, batch)
        marks = [(self.source, sheet.kind, row.key, row.digest) for row in batch]
        numbered = [(number, *row) for number, row in zip(numbers, values, strict=True)]
        if sheet.name == "posts":
            got = load_posts(fields, numbered, marks, [row.made for row in batch if row.made is not None])
        else:
            got = writes.load_named(sheet.model, fields, numbered, marks)
        for row, pk in zip(batch, got, strict=True):
            if pk is None:
                self.report.skip(sheet.name, row, "something here stands in its place (the same number or name)")
            else:
                self.report.new[sheet.name] += 1
        if sheet.name == "topics":
            rows.tag(self.source, [(pk, row) for row, pk in zip(batch, got, strict=True) if pk])

    def _second_look(self) -> None:
        """Resolve what points forward: accepted answers, merged topics, posts that answer later lines."""
        theirs = [(one.name, column, one.kind, column) for one in self.plain.values() for column in one.forward]
        for name, column, to, field_name in (
            ("topics", "accepted", "post", "accepted_post_id"),
            ("topics", "merged_into", "topic", "merged_into"),
            ("posts", "parent", "post", "parent"),
            *theirs,
        ):
            for batch in self._again(name, column):
                here = self.finder.ids(self.plain[name].kind, [row.key for row in batch])
                there = self.finder.ids(to, [str(row.values[column]) for row in batch])
                pairs = [
                    (here[row.key], there[str(row.values[column])])
                    for row in batch
                    if row.key in here and str(row.values[column]) in there
                ]
                writes.mend_missing(self.plain[name].model, field_name, pairs)

    def _again(self, name: str, column: str) -> Iterator[list[Row]]:
        """Yield rows that say something in a column, a batch at a time, without counting them once more."""
        batch: list[Row] = []
        for row in self.folder.rows(name, only=("id", column)):
            if not row.why and row.values.get(column):
                batch.append(row)
            if len(batch) >= BATCH_ROWS:
                yield batch
                batch = []
        if batch:
            yield batch

    def _road(self) -> None:
        """Copy the road of the folder; a folder without one gets the steps that its rows tell of."""
        if ACTIVITIES not in self.folder.files:
            if not self.wish.dry_run:
                self.report.new[ACTIVITIES] += neutral_road.retell(self.source, self.say)
            return
        for batch in self._batches(ACTIVITIES):
            if self.wish.dry_run:
                self.report.new[ACTIVITIES] += len(batch)
                continue
            came = neutral_road.copy(self.finder.steps(batch))
            self.report.new[ACTIVITIES] += came
            self.report.already[ACTIVITIES] += len(batch) - came


def bring_in(folder: Folder, wish: Wish, progress: Progress | None = None) -> Report:
    """Import a neutral folder and return what was done; a dry run only says it."""
    loader = Loader(folder, wish, progress or (lambda _what, _done, _of: None))
    try:
        return loader.run()
    finally:
        loader.finder.close()
