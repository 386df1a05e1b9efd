"""Following a log: each checkpoint is kept, must continue the one before, and what is new must keep its schema.

The state folder holds `monitor.json` (where the tree stands), `checkpoints/` (every seal that was seen, as signed) and
`evidence/` (what was shown when an alarm was raised): what a fork is proved with.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from patogh.kit.tlog.checkpoint import Checkpoint
from patogh.kit.tlog.note import Note
from patogh.ledger.verify.errors import CannotRead
from patogh.ledger.verify.report import Report
from patogh.ledger.verify.sources import Source, checkpoint_at, source_of
from patogh.ledger.verify.spine import WIDTH, Spine
from patogh.ledger.verify.state import write_whole
from patogh.ledger.verify.stretch import Stretch, Task, read
from patogh.ledger.verify.trust import Trust, clock
from patogh.ledger.verify.words import sentence

FORMAT: Final = "patogh-monitor-state/v1"
SILENT_HOURS_MAX: Final = 6
_BUNDLES_A_TURN: Final = 64
_HOUR_S: Final = 3600
ALARMS: Final = {
    "state.shrunk": "shrink",
    "state.forked": "fork",
    "root.differs": "fork",
    "state.origin": "fork",
    "checkpoint.unsigned": "signature",
    "checkpoint.damaged": "signature",
    "checkpoint.origin": "signature",
    "cosignature.forged": "signature",
    "entry.bad": "entry",
    "money.unbalanced": "entry",
    "bundle.missing": "entries",
    "bundle.damaged": "entries",
    "tile.missing": "tiles",
    "tile.differs": "tiles",
}


@dataclass
class Followed:
    """Where the log stood when it was last seen good; `changed_at` is when it last had a new or newer-seen seal."""

    origin: str = ""
    spine: Spine = field(default_factory=Spine)
    root: str = ""
    note: str = ""
    changed_at: int = 0

    @property
    def size(self) -> int:
        """Return the number of entries that were read."""
        return self.spine.size


@dataclass(frozen=True)
class Turn:
    """What one look at the log gave: the report, the kinds of alarm, and the line to print."""

    report: Report
    alarms: list[str]
    line: dict[str, Any]


@dataclass(frozen=True)
class Monitor:
    """Follows one log under one trust, with its memory in a folder."""

    where: str
    trust: Trust
    folder: Path
    silent_hours: int = SILENT_HOURS_MAX
    clock: Callable[[], float] = time.time

    def look(self) -> Turn:
        """Look at the log once; what is good is kept, what is not raises alarms. Raises CannotRead for our own state."""
        now, followed = int(self.clock()), load(self.folder / "monitor.json")
        report = Report(self.where)
        try:
            source = source_of(self.where)
            followed = self._follow(source, checkpoint_at(source), followed, report, now)
        except CannotRead as error:
            report.facts["unreachable"] = sentence(error.code, **error.told)
        return self._turn(report, followed, now)

    def _follow(self, source: Source, raw: bytes, followed: Followed, report: Report, now: int) -> Followed:
        """Return where the log stands now, if it continues what was kept; otherwise what was kept."""
        opened = self.trust.open(raw, report, now)
        if opened is None:
            self._keep("evidence", raw, now)
            return followed
        checkpoint, note = opened
        self._keep("checkpoints", raw, now)
        report.size, report.root = checkpoint.size, checkpoint.root.hex()
        grown = Spine.from_state(followed.spine.state())
        if not _continues(checkpoint, followed, report) or not _grow(source, checkpoint, grown, report):
            self._keep("evidence", raw, now)
            self._keep("evidence", followed.note.encode(), now)
            return followed
        return self._kept(checkpoint, note, followed, grown, now)

    def _kept(self, checkpoint: Checkpoint, note: Note, followed: Followed, grown: Spine, now: int) -> Followed:
        """Remember where the log stands."""
        told = note.serialised()
        changed_at = now if told != followed.note else followed.changed_at
        fresh = Followed(checkpoint.origin, grown, checkpoint.root.hex(), told, changed_at)
        save(self.folder / "monitor.json", fresh)
        return fresh

    def _turn(self, report: Report, followed: Followed, now: int) -> Turn:
        """Return the turn with its alarms."""
        alarms = {ALARMS.get(code, "entry") for code in report.counts}
        if report.quorum_met is False:
            alarms.add("quorum")
        if followed.changed_at and now - followed.changed_at >= self.silent_hours * _HOUR_S:
            alarms.add("silent")
        if "unreachable" in report.facts:
            alarms.add("unreachable")
        line = {
            "at": clock(now),
            "log": self.where,
            "event": "alarm" if alarms else "ok",
            "alarms": sorted(alarms),
            "size": report.size,
            "root": report.root,
            "kept": followed.size,
            "since": clock(followed.changed_at) if followed.changed_at else None,
            "wrong": [claim.say("en") for claim in report.wrong],
            "witnesses": report.facts.get("witnesses", {}),
            "unreachable": report.facts.get("unreachable"),
        }
        return Turn(report, sorted(alarms), line)

    def _keep(self, shelf: str, raw: bytes, now: int) -> None:
        """Keep a checkpoint as it was shown, once; the first time it was seen stands in the file's name."""
        place, name = self.folder / shelf, hashlib.sha256(raw).hexdigest()[:16]
        if raw and not any(place.glob(f"*-{name}")):
            write_whole(place / f"{now}-{name}", raw)


def _continues(checkpoint: Checkpoint, followed: Followed, report: Report) -> bool:
    """Tell whether a checkpoint can follow the one that was kept, before anything is fetched."""
    if not followed.note:
        return True
    if checkpoint.origin != followed.origin:
        report.object("state.origin", found=checkpoint.origin, wanted=followed.origin)
    elif checkpoint.size < followed.size:
        report.object("state.shrunk", size=checkpoint.size, kept=followed.size)
    elif checkpoint.size == followed.size and checkpoint.root.hex() != followed.root:
        report.object("state.forked", kept=followed.size, found=checkpoint.root.hex(), wanted=followed.root)
    return not report.counts


def _grow(source: Source, checkpoint: Checkpoint, spine: Spine, report: Report) -> bool:
    """Add the new entries to the tree that was kept, and tell whether it gives the signed root.

    That is stronger than a consistency proof: the old tree and the new entries together must be the new tree.
    """
    first, start = spine.size, spine.size // WIDTH
    bundles = -(-checkpoint.size // WIDTH) if checkpoint.size > first else start
    for begin in range(start, bundles, _BUNDLES_A_TURN):
        stretch = read(Task(source, checkpoint.size, begin, min(bundles, begin + _BUNDLES_A_TURN), (first,)))
        _object(stretch, report)
        if not stretch.is_whole or (begin == start and not _begins(stretch, spine, report)):
            return False
        for root in stretch.roots:
            spine.add_tile(root)
        spine.add_leaves(stretch.rest)
    if spine.root() != checkpoint.root:
        report.object("root.differs", found=spine.root().hex(), wanted=checkpoint.root.hex())
    return not report.objects("root.differs")


def _object(stretch: Stretch, report: Report) -> None:
    """Take over what is wrong in a stretch; in a book of known entries a foreign one is bad."""
    for claim in stretch.report.wrong:
        report.object(claim.code, **claim.told)
    for index, why in stretch.foreign if stretch.known else ():
        report.object("entry.bad", index=index, why=why)


def _begins(stretch: Stretch, spine: Spine, report: Report) -> bool:
    """Tell whether the first bundle begins with the entries that were kept; if so, the open tile is read anew."""
    kept, first, known = spine.levels[0], spine.size, stretch.at_marks.get(spine.size, [])
    before = spine.root()
    spine.levels[0] = []
    if known == kept:
        return True
    report.object("state.forked", kept=first, found=spine.root(known).hex(), wanted=before.hex())
    return False


def load(place: Path) -> Followed:
    """Return where a log stood, from the monitor's file; raises CannotRead for one that is damaged."""
    if not place.exists():
        return Followed()
    try:
        told = json.loads(place.read_text("utf-8"))
        if told["format"] != FORMAT:
            raise CannotRead("state.bad", where=place)
        spine = Spine.from_state(told["tree"])
        if spine.root().hex() != told["root"]:
            raise CannotRead("state.bad", where=place)
        return Followed(str(told["origin"]), spine, str(told["root"]), str(told["note"]), int(told["changed_at"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CannotRead("state.bad", where=place) from error


def save(place: Path, followed: Followed) -> None:
    """Write where a log stands."""
    told = {
        "format": FORMAT,
        "origin": followed.origin,
        "tree": followed.spine.state(),
        "root": followed.root,
        "note": followed.note,
        "changed_at": followed.changed_at,
    }
    write_whole(place, json.dumps(told, ensure_ascii=False).encode())
