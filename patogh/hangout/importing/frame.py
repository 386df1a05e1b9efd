"""The frame of every importer: read a source into order, find out what is new, and bring that in batch by batch.

A batch is one transaction through the door, with everything that belongs to it: members, topics, posts, the road, the
counters, the search documents and the marks that say what came. So an import that is killed in the middle has brought
some batches whole and the others not at all, and running it again brings the rest.
"""

from __future__ import annotations

import sqlite3
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Final

from patogh.hangout.importing import actions, hanging, identifying, texts
from patogh.hangout.importing import scratch as scratch_file
from patogh.hangout.importing.pictures import Pictures
from patogh.hangout.importing.planning import Batch, Begun, Planner
from patogh.hangout.importing.records import (
    AddressRecord,
    MemberRecord,
    PostRecord,
    Record,
    Remark,
    Skipped,
    Source,
    SpaceRecord,
)
from patogh.hangout.importing.report import Report
from patogh.hangout.importing.scratch import Group

BATCH_POSTS: Final = 1_000
_AHEAD_BATCHES: Final = 3
_ROWS_A_STEP: Final = 250
Progress = Callable[[str, int, int], None]  # what is going on, how far, of how much


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the operator wants: the space to fill, only to be told, pictures fetched from the web."""

    space_name: str = ""
    dry_run: bool = False
    fetch_pictures: bool = False


def bring_in(
    source: Source,
    *,
    space_name: str = "",
    dry_run: bool = False,
    fetch_pictures: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Import everything of `source` that is not here yet and return what was done; a dry run only says it.

    Without `space_name` topics go into the spaces that the dump names, and those that name none go where its earlier
    import went, else into a space named after the site; a space is made if there is none. Raises CannotImport for a file
    of no use.
    """
    started, say = time.monotonic(), progress or (lambda _what, _done, _of: None)
    report = Report(source.path.name, "", "", dry_run)
    wishes = Wishes(space_name, dry_run, fetch_pictures)
    with closing(scratch_file.opened()) as scratch:
        _read(source, scratch, report, say)
        report.source = identifying.source_key(source, scratch_file.sample(scratch))
        place = _place(source, scratch, report, wishes)
        pictures = Pictures(source, report.source, report, fetch=fetch_pictures)
        planner = Planner(pictures, report.source, scratch, report)
        with closing(pictures):
            _bring_posts(planner, place, say)
        hanging.bring_rest(planner, place)
    report.seconds = time.monotonic() - started
    return report


def _bring_posts(planner: Planner, place: actions.Place | None, say: Progress) -> None:
    """Bring in topics and posts; without a place only count them."""
    done, total = 0, scratch_file.posts_kept(planner.scratch)
    with texts.maker(planner.source.markdown, total) as make:
        for groups, batch in _planned(planner, planner.scratch, make):
            if place and batch.groups:
                actions.load_batch(batch, place)
            done += sum(map(len, groups))
            say("Importing" if place else "Checking", done, total)


def _read(source: Source, scratch: sqlite3.Connection, report: Report, say: Progress) -> None:
    """Put every record of the source into the scratch file."""
    for number, record in enumerate(source.records()):
        if isinstance(record, PostRecord):
            report.rows += 1
            if first := scratch_file.keep_post(scratch, record):
                report.skip(Skipped(record.line, record.key, f"the same Id as on line {first}"))
        else:
            _read_other(record, scratch, report)
        if number % _ROWS_A_STEP == 0:
            say("Reading", source.position_bytes(), source.size_bytes)
    say("Reading", source.size_bytes, source.size_bytes)
    scratch_file.put_in_order(scratch)


def _read_other(record: Record, scratch: sqlite3.Connection, report: Report) -> None:
    """Keep a record that is no post."""
    if isinstance(record, MemberRecord):
        scratch_file.keep_member(scratch, record)
    elif isinstance(record, Remark):
        report.remarks[record.what] += record.count
    elif isinstance(record, SpaceRecord):
        scratch_file.keep_space(scratch, record)
    elif isinstance(record, AddressRecord):
        scratch_file.keep_address(scratch, record)
    elif isinstance(record, Skipped):
        report.rows += 1
        report.skip(record)


def _place(source: Source, scratch: sqlite3.Connection, report: Report, wishes: Wishes) -> actions.Place | None:
    """Find out where everything goes and prepare it; None in a dry run, and where nothing is to be brought."""
    spaces = [] if wishes.space_name else scratch_file.spaces(scratch)
    is_homeless = bool(wishes.space_name) or not spaces or scratch_file.is_homeless(scratch)
    has_anything = bool(spaces) or scratch_file.posts_kept(scratch) > 0
    names = [space.name for space in spaces]
    destination = None
    if is_homeless:
        destination = identifying.destination(
            report.source, wishes.space_name or source.site, is_asked=bool(wishes.space_name)
        )
        names.append(destination.name)
    report.space = ", ".join(names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "")
    if fresh := sum(actions.space_here(space, report.source) is None for space in spaces):
        report.new["spaces"] += fresh
    if wishes.dry_run or not has_anything:
        return None
    main = actions.prepare_space(destination, report.source).space if destination else None
    return actions.Place(main, report.source, actions.prepare_spaces(spaces, report.source))


def _planned(planner: Planner, scratch: sqlite3.Connection, make: texts.Texts) -> Iterator[tuple[list[Group], Batch]]:
    """Yield groups with their plans; texts of the next batches are made while one is written."""
    begun: deque[tuple[list[Group], Begun]] = deque()
    for groups in _batches(scratch):
        begun.append((groups, planner.begin(groups, make)))
        if len(begun) > _AHEAD_BATCHES:
            yield _finished(planner, begun)
    while begun:
        yield _finished(planner, begun)


def _finished(planner: Planner, begun: deque[tuple[list[Group], Begun]]) -> tuple[list[Group], Batch]:
    groups, first = begun.popleft()
    return groups, planner.finish(first)


def _batches(scratch: sqlite3.Connection) -> Iterator[list[Group]]:
    """Yield groups, about BATCH_POSTS posts at a time."""
    gathered: list[Group] = []
    for group in scratch_file.groups(scratch, BATCH_POSTS):
        if gathered and sum(map(len, gathered)) + len(group) > BATCH_POSTS:
            yield gathered
            gathered = []
        gathered.append(group)
    if gathered:
        yield gathered
