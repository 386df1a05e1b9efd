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
from typing import Final

from patogh.hangout.importing import actions, identifying, texts
from patogh.hangout.importing import scratch as scratch_file
from patogh.hangout.importing.planning import Batch, Begun, Planner
from patogh.hangout.importing.records import MemberRecord, PostRecord, Remark, Skipped, Source
from patogh.hangout.importing.report import Report
from patogh.hangout.importing.scratch import Group

BATCH_POSTS: Final = 500
_AHEAD_BATCHES: Final = 3
_ROWS_A_STEP: Final = 250
Progress = Callable[[str, int, int], None]  # what is going on, how far, of how much


def bring_in(
    source: Source, *, space_name: str = "", dry_run: bool = False, progress: Progress | None = None
) -> Report:
    """Import everything of `source` that is not here yet and return what was done; a dry run only says it.

    Without `space_name` it goes where its earlier import went, else into a space named after the site; the space is made
    if there is none. Raises CannotImport for a file of no use.
    """
    started, say = time.monotonic(), progress or (lambda _what, _done, _of: None)
    report = Report(source.path.name, "", "", dry_run)
    with closing(scratch_file.opened()) as scratch:
        _read(source, scratch, report, say)
        source_key = identifying.source_key(source, scratch_file.sample(scratch))
        space = identifying.destination(source_key, space_name or source.site, is_asked=bool(space_name))
        report.source, report.space = source_key, space.name
        total = scratch_file.posts_kept(scratch)
        destination = None if dry_run or not total else actions.prepare_space(space, source_key)
        planner = Planner(source, source_key, scratch, report)
        with texts.maker(source.markdown, total) as make:
            done = 0
            for groups, batch in _planned(planner, scratch, make):
                if destination and batch.groups:
                    actions.load_batch(batch, destination)
                done += sum(map(len, groups))
                say("Importing" if destination else "Checking", done, total)
    report.seconds = time.monotonic() - started
    return report


def _read(source: Source, scratch: sqlite3.Connection, report: Report, say: Progress) -> None:
    """Put every record of the source into the scratch file."""
    for number, record in enumerate(source.records()):
        if isinstance(record, PostRecord):
            report.rows += 1
            if first := scratch_file.keep_post(scratch, record):
                report.skip(Skipped(record.line, record.key, f"the same Id as on line {first}"))
        elif isinstance(record, MemberRecord):
            scratch_file.keep_member(scratch, record)
        elif isinstance(record, Remark):
            report.remarks[record.what] += record.count
        else:
            report.rows += 1
            report.skip(record)
        if number % _ROWS_A_STEP == 0:
            say("Reading", source.position_bytes(), source.size_bytes)
    say("Reading", source.size_bytes, source.size_bytes)
    scratch_file.put_in_order(scratch)


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
