"""A whole log, verified from its entries: root, tiles, signatures, history, schemas, money and polls.

The root is recomputed from the entries themselves. A reader that trusts the published leaf tiles instead accepts a
forged entry beside a forged tile; that has happened to others (facts/ledger.md, section 1).
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_all_start_methods, get_context
from typing import Final

from patogh.kit.tlog.checkpoint import Checkpoint
from patogh.kit.tlog.errors import BadTile
from patogh.kit.tlog.tiles import Level, entries_of, parse_tile_path, tile_path
from patogh.ledger.verify import state
from patogh.ledger.verify.ids import Ids
from patogh.ledger.verify.money import BALANCE, OPENED, Purse, Replay
from patogh.ledger.verify.polls import Polls
from patogh.ledger.verify.report import Report
from patogh.ledger.verify.sources import BUNDLE_BYTES_MAX, TILE_BYTES_MAX, Source, checkpoint_at, source_of
from patogh.ledger.verify.spine import WIDTH, Spine
from patogh.ledger.verify.stretch import HASH_BYTES, Stretch, Task, compare, read
from patogh.ledger.verify.supports import Supports
from patogh.ledger.verify.trust import Trust, clock

BUNDLES_A_STRETCH: Final = 32
_AHEAD: Final = 2
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Question:
    """What is to be verified, under which trust, and how."""

    where: str
    vkey: str = ""
    policy: bytes | None = None
    state: str = ""
    keep: str = ""
    processes: int = 0
    now: int = 0


def verify(question: Question, progress: Progress | None = None) -> Report:
    """Verify a log and return the report; raises CannotRead if there is nothing to verify, or nothing to trust."""
    return verify_source(source_of(question.where, question.keep), question, progress)


def verify_source(source: Source, question: Question, progress: Progress | None = None) -> Report:
    """Verify a log that is read from any source, whatever the question says of where it is."""
    now = question.now or int(time.time())
    trust = Trust.of(question.vkey, question.policy)
    kept = state.load(question.state) if question.state else None
    report = Report(source.name)
    opened = trust.open(checkpoint_at(source), report, now)
    if opened is None:
        return report
    checkpoint, note = opened
    read_through(source, checkpoint, report, kept, processes=question.processes, progress=progress)
    _say_limits(report, kept)
    if question.state and not report.counts:
        state.keep(question.state, checkpoint, note.serialised(), now)
    return report


def read_through(
    source: Source,
    checkpoint: Checkpoint,
    report: Report,
    kept: state.Kept | None = None,
    *,
    processes: int = 1,
    progress: Progress | None = None,
) -> None:
    """Read a log to the size of a checkpoint, whoever signed it, and put into the report what follows."""
    report.size, report.root = checkpoint.size, checkpoint.root.hex()
    _Reading(source, checkpoint, report, kept).whole(processes, progress)


def _say_limits(report: Report, kept: state.Kept | None) -> None:
    """Say what no reading of a log can prove."""
    report.leave("limit.truth")
    if kept is None:
        report.leave("limit.history")


@dataclass
class _Reading:
    """One reading of a log from its first entry to its last."""

    source: Source
    checkpoint: Checkpoint
    report: Report
    kept: state.Kept | None
    ids: Ids = field(default_factory=Ids)
    money: Replay = field(default_factory=Replay)
    polls: Polls = field(default_factory=Polls)
    supports: Supports = field(default_factory=Supports)
    unknown: Counter[str] = field(default_factory=Counter)
    foreign: list[tuple[int, str]] = field(default_factory=list)
    known: int = 0
    tiles: int = 0

    def whole(self, processes: int, progress: Progress | None) -> None:
        """Read everything and put into the report what follows."""
        size, spine = self.checkpoint.size, Spine(self._full_tile)
        for stretch in in_order(list(self._tasks()), processes):
            before = spine.size
            self._absorb(stretch, spine)
            if progress:
                progress(spine.size - before, size)
            if not stretch.is_whole:
                return
        self._hold_root(spine)
        self._hold_edge(spine)
        self._hold_leftovers()
        self._conclude()

    def _tasks(self) -> Iterator[Task]:
        """Yield the stretches of this log."""
        size, marks = self.checkpoint.size, (self.kept.size,) if self.kept else ()
        bundles = -(-size // WIDTH)
        for first in range(0, bundles, BUNDLES_A_STRETCH):
            yield Task(self.source, size, first, min(bundles, first + BUNDLES_A_STRETCH), marks)

    def _absorb(self, stretch: Stretch, spine: Spine) -> None:
        """Take what one stretch gave, in the order of the entries."""
        for claim in stretch.report.wrong:
            self.report.object(claim.code, **claim.told)
        for code, count in stretch.report.counts.items():
            shown = sum(claim.code == code for claim in stretch.report.wrong)
            self.report.counts[code] += count - shown
        for root in stretch.roots:
            self._hold_kept(spine, stretch)
            spine.add_tile(root)
        self._hold_kept(spine, stretch)
        spine.add_leaves(stretch.rest)
        self.ids.add(stretch.ids)
        self.supports.add(stretch.supports)
        for index, told in stretch.told:
            if isinstance(told, Purse):
                self.money.absorb(told)
            elif told["t"] == OPENED:
                self.money.open(index, told, self.report)
                self.supports.goes_on = True
            elif told["t"] == BALANCE:
                self.money.balance(index, told, self.report)
            else:
                self.polls.take(index, told, self.report)
        self.unknown.update(stretch.unknown)
        self.foreign += stretch.foreign
        self.known += stretch.known
        self.tiles += stretch.tiles

    def _hold_kept(self, spine: Spine, stretch: Stretch) -> None:
        """Hold the tree against the checkpoint that was kept, when it is as long as that."""
        kept = self.kept
        if kept and kept.size in stretch.at_marks and spine.size == kept.size - kept.size % WIDTH:
            found = spine.root(stretch.at_marks.pop(kept.size))
            if found != kept.root:
                self.report.object("state.forked", kept=kept.size, found=found.hex(), wanted=kept.root.hex())

    def _hold_root(self, spine: Spine) -> None:
        """Hold the root that the entries give against the signed one, and the length against the kept one."""
        found, kept = spine.root(), self.kept
        if found != self.checkpoint.root:
            self.report.object("root.differs", found=found.hex(), wanted=self.checkpoint.root.hex())
        else:
            self.report.prove("ok.root", count=spine.size, bundles=-(-spine.size // WIDTH))
        if kept is None:
            return
        if kept.origin != self.checkpoint.origin:
            self.report.object("state.origin", found=self.checkpoint.origin, wanted=kept.origin)
        elif kept.size > self.checkpoint.size:
            self.report.object("state.shrunk", size=self.checkpoint.size, kept=kept.size)
        elif self.report.objects("state.forked"):
            return
        elif kept.size == self.checkpoint.size and kept.root != found:
            self.report.object("state.forked", kept=kept.size, found=found.hex(), wanted=kept.root.hex())
        else:
            self.report.prove("ok.consistent", size=kept.size, when=clock(kept.at))

    def _full_tile(self, level: int, number: int, hashes: list[bytes]) -> None:
        """Hold a full tile above the leaves against its file."""
        compare(self.source, level, number, hashes, self.report)
        self.tiles += 1

    def _hold_edge(self, spine: Spine) -> None:
        """Hold the partial tiles above the leaves against their files."""
        for level, hashes in enumerate(spine.levels):
            if level and hashes:
                compare(self.source, level, spine.filled[level], hashes, self.report)
                self.tiles += 1

    def _hold_leftovers(self) -> None:
        """Hold the partial tiles of earlier and later sizes, where a folder shows them, against the verified ones."""
        for path in self.source.paths():
            try:
                level, number, width = parse_tile_path(path)
            except BadTile:
                continue
            hashes = self.checkpoint.size // (1 if level == "entries" else WIDTH**level)
            wanted = max(0, min(WIDTH, hashes - number * WIDTH))
            if wanted and width != wanted:
                self._hold_leftover(level, number, (width, wanted))
                self.tiles += 1

    def _hold_leftover(self, level: Level, number: int, widths: tuple[int, int]) -> None:
        """Hold what two files of the same tile have in common against each other."""
        common, limit = min(widths), BUNDLE_BYTES_MAX if level == "entries" else 2 * TILE_BYTES_MAX
        paths = [tile_path(level, number, width) for width in widths]
        found, right = (self.source.read(path, limit) for path in paths)
        if found is None or right is None:
            return  # the full tile stands for the partial one, and was held
        try:
            same = (
                entries_of(found, widths[0])[:common] == entries_of(right)[:common]
                if level == "entries"
                else len(found) == widths[0] * HASH_BYTES
                and found[: common * HASH_BYTES] == right[: common * HASH_BYTES]
            )
        except BadTile:
            same = False
        if not same:
            self.report.object("tile.differs", where=paths[0], index=0)

    def _conclude(self) -> None:
        """Say what is known at the end."""
        report = self.report
        if self.tiles and not report.objects("tile.missing", "tile.differs"):
            report.prove("ok.tiles", count=self.tiles)
        if self.known:
            for index, why in self.foreign:
                report.object("entry.bad", index=index, why=why)
            if not report.objects("entry.bad"):
                report.prove("ok.schemas", count=self.known)
        self.ids.conclude(report)
        self.money.conclude(report)
        self.polls.conclude(report)
        self.supports.conclude(report)
        report.facts["kinds_unknown"] = dict(self.unknown)
        if unknown := self.unknown.total():
            report.leave("limit.unknown", count=unknown, kinds=", ".join(sorted(self.unknown)[:8]))


def in_order(tasks: list[Task], processes: int = 0) -> Iterator[Stretch]:
    """Read the stretches, in several processes where there is enough to do, and yield them in their order."""
    processes = processes or min(os.cpu_count() or 1, 8)
    if processes < 2 or len(tasks) < 2 * _AHEAD or "fork" not in get_all_start_methods():
        yield from map(read, tasks)
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("fork")) as pool:
        waiting: list[Future[Stretch]] = []
        for task in tasks:
            waiting.append(pool.submit(read, task))
            if len(waiting) > _AHEAD * processes:
                yield waiting.pop(0).result()
        for future in waiting:
            yield future.result()
