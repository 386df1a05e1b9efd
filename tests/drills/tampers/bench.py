"""A book to be hurt: its files are changed in place and put back, and each reader says what they find."""

import contextlib
import random
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from patogh.kit.tlog import note as notes
from patogh.kit.tlog import tiles
from patogh.kit.tlog.checkpoint import parse_checkpoint
from patogh.kit.tlog.errors import TlogError
from patogh.kit.tlog.tree import leaf_hash
from patogh.ledger.tests.making import BEGAN, House, Log, small_book
from patogh.ledger.verify.errors import CannotRead
from patogh.ledger.verify.log import Question, verify
from patogh.ledger.verify.monitor import Monitor
from patogh.ledger.verify.receipts import verify_proof, verify_receipt
from patogh.ledger.verify.report import Report
from patogh.ledger.verify.trust import Trust

NOW = BEGAN + 1_000


@dataclass(frozen=True)
class Found:
    """What a reader answered: the exit status and the codes of what is wrong."""

    status: int
    codes: tuple[str, ...] = ()


Run = Callable[[], Found]


@dataclass(frozen=True)
class Tampering:
    """One tampering: its kind, its name, and how to do it and ask the reader."""

    kind: str
    name: str
    run: Run


@dataclass
class Bench:
    """One honest book, an earlier checkpoint of it that was kept, and readers; `careless` ones skip the entries."""

    log: Log
    kept: bytes
    followed: bytes
    place: Path
    careless: bool = False
    chance: random.Random = field(default_factory=lambda: random.Random(4))

    @property
    def house(self) -> House:
        """Return the signers."""
        return self.log.house

    def path(self, path: str) -> Path:
        """Return a file of the log."""
        return self.log.folder / path

    def bundle(self, number: int) -> tuple[str, list[bytes]]:
        """Return the path and the entries of a bundle."""
        width = min(tiles.WIDTH, self.log.size - number * tiles.WIDTH)
        path = tiles.tile_path("entries", number, width)
        return path, tiles.entries_of(self.path(path).read_bytes())

    @contextlib.contextmanager
    def changed(self, files: dict[str, bytes | None]) -> Iterator[None]:
        """Put these bytes in place of the files' own (None: the file is gone); at the end all is as it was."""
        before = {name: self.path(name).read_bytes() if self.path(name).exists() else None for name in files}
        try:
            self._put(files)
            yield
        finally:
            self._put(before)

    def with_files(self, files: dict[str, bytes | None]) -> Run:
        """Return a run that verifies the whole log with these files."""

        def run() -> Found:
            with self.changed(files):
                return self.verify()

        return run

    def verify(self, log: Log | None = None, *, first: bool = False) -> Found:
        """Have a log verified by a reader with the policy who kept a checkpoint, or who sees it for the first time."""
        log = log or self.log
        if self.careless:
            return careless(log)
        state = self.place / "state.json"
        state.unlink(missing_ok=True) if first else state.write_bytes(self.kept)
        question = Question(str(log.folder), log.house.signer.vkey, log.house.policy().encode(), str(state), now=NOW)
        return told(lambda: verify(question))

    def monitor(self, log: Log) -> Found:
        """Have a log looked at by a monitor who followed the honest one."""
        folder = Path(tempfile.mkdtemp(dir=self.place))
        (folder / "monitor.json").write_bytes(self.followed)
        trust = Trust.of(self.house.signer.vkey, self.house.policy().encode())
        turn = Monitor(str(log.folder), trust, folder, clock=lambda: NOW).look()
        return Found(int(bool(turn.alarms)), tuple(turn.alarms))

    def proof(self, proof: str, entry: bytes) -> Found:
        """Have a proof verified."""
        trust = Trust.of(policy=self.house.policy().encode())
        return told(lambda: verify_proof("proof", proof.encode(), trust, entry, NOW))

    def receipt(self, receipt: bytes) -> Found:
        """Have a receipt verified."""
        trust = Trust.of(policy=self.house.policy().encode())
        return told(lambda: verify_receipt("receipt", receipt, trust, NOW))

    def written(self, entries: Iterable[bytes], seen: int = 4) -> Log:
        """Return another log of the same house with these entries, properly sealed: what a lying operator does."""
        log = Log(Path(tempfile.mkdtemp(dir=self.place)) / "log", self.house)
        log.folder.mkdir()
        log.append(entries)
        log.seal(seen)
        return log

    def _put(self, files: dict[str, bytes | None]) -> None:
        for name, data in files.items():
            place = self.path(name)
            if data is None:
                place.unlink(missing_ok=True)
            else:
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(data)


def told(run: Callable[[], Report]) -> Found:
    """Run a reader and return what it answered."""
    try:
        report = run()
    except CannotRead as error:
        return Found(2, (error.code,))
    codes = tuple(report.counts) or (("quorum",) if report.status else ())
    return Found(report.status, codes)


def careless(log: Log) -> Found:
    """Verify as some clients did: the root from the hash tiles, and each entry against its leaf tile only."""
    try:
        checkpoint, note = parse_checkpoint((log.folder / "checkpoint").read_bytes())
        notes.open_note(note, [notes.Ed25519Verifier(log.house.signer.vkey)])
        right = tiles.root(checkpoint.size, log.read) == checkpoint.root
        for number in range(-(-checkpoint.size // tiles.WIDTH)):
            width = min(tiles.WIDTH, checkpoint.size - number * tiles.WIDTH)
            data = (log.folder / tiles.tile_path("entries", number, width)).read_bytes()
            hashes = b"".join(leaf_hash(entry) for entry in tiles.entries_of(data, width))
            right = right and hashes == log.read(0, number, width)
    except (OSError, TlogError) as error:
        return Found(1, (type(error).__name__,))
    return Found(int(not right))


def bench_in(place: Path, *, broken: bool = False) -> Bench:
    """Return the bench: a book of some hundred entries that grew in several appends."""
    log = small_book(place / "log", transfers=700)
    grown = Log(place / "before", log.house).append(log.entries[:300])
    grown.seal()
    state, followed = place / "kept.json", place / "followed"
    question = Question(
        str(grown.folder), log.house.signer.vkey, log.house.policy().encode(), str(state), now=NOW - 500
    )
    verify(question)
    trust = Trust.of(log.house.signer.vkey, log.house.policy().encode())
    Monitor(str(grown.folder), trust, followed, clock=lambda: NOW - 500).look()
    return Bench(log, state.read_bytes(), (followed / "monitor.json").read_bytes(), place, broken)


def flipped(data: bytes, place: int, bit: int = 0) -> bytes:
    """Return bytes with one bit turned over."""
    return data[:place] + bytes([data[place] ^ (1 << bit)]) + data[place + 1 :]
