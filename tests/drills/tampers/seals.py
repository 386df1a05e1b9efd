"""Checkpoints and cosignatures that somebody changed, and histories that the log's own key signed twice."""

from collections.abc import Iterator

from patogh.kit.tlog.checkpoint import Checkpoint, parse_checkpoint
from patogh.kit.tlog.cosignature import CosignatureSigner
from patogh.kit.tlog.note import Ed25519Signer, Note, Signature
from patogh.ledger.tests.making import BEGAN, ORIGIN, House, Log, Writer, private_key
from tests.drills.tampers.bench import NOW, Bench, Found, Run, Tampering, flipped


def tamperings(bench: Bench) -> Iterator[Tampering]:
    """Yield every tampering with seals."""
    yield from checkpoints(bench)
    yield from cosignatures(bench)
    yield from histories(bench)


def checkpoints(bench: Bench) -> Iterator[Tampering]:
    """The checkpoint's three lines and its signature."""
    raw = bench.path("checkpoint").read_bytes()
    checkpoint, note = parse_checkpoint(raw)
    origin, size, root = checkpoint.origin, checkpoint.size, checkpoint.root
    texts = {
        "smaller": Checkpoint(origin, size - 1, root).text(),
        "larger": Checkpoint(origin, size + 1, root).text(),
        "empty": Checkpoint(origin, 0, root).text(),
        "root": Checkpoint(origin, size, flipped(root, 3)).text(),
        "origin": Checkpoint("other.example/book", size, root).text(),
        "extension": Checkpoint(origin, size, root, ("more",)).text(),
        "leading zero": note.text.replace(str(size), f"0{size}"),
        "broken": "no checkpoint\n",
    }
    for name, text in texts.items():
        yield _note(bench, "checkpoint.text", name, Note(text, note.signatures).serialised())
    forger = House()
    forger.signer = Ed25519Signer(ORIGIN, private_key(666))
    yield _note(bench, "checkpoint.other_key", "same name", forger.sealed(size, root, 0))
    yield _note(bench, "checkpoint.unsigned", "no line of the log", Note(note.text, note.signatures[1:]).serialised())
    yield _note(bench, "checkpoint.unsigned", "no line at all", note.text + "\n")
    yield Tampering("checkpoint.gone", "no file", bench.with_files({"checkpoint": None}))
    raw_signature = note.signatures[0].raw
    for _ in range(6):
        place = bench.chance.randrange(len(raw_signature))
        changed = Signature(origin, note.signatures[0].key_id, flipped(raw_signature, place))
        told = Note(note.text, (changed, *note.signatures[1:])).serialised()
        yield _note(bench, "checkpoint.signature", f"byte {place}", told)
    for _ in range(8):
        place = bench.chance.randrange(len(raw.split(b"\n\n")[0]))
        data = flipped(raw, place, bench.chance.randrange(7))
        yield Tampering("checkpoint.bit", f"byte {place}", bench.with_files({"checkpoint": data}))


def cosignatures(bench: Bench) -> Iterator[Tampering]:
    """The witnesses' lines: forged, of another time, of another checkpoint, of a stranger, too few, from the future."""
    raw = bench.path("checkpoint").read_text("utf-8")
    checkpoint, note = parse_checkpoint(raw)
    lines = note.signatures
    for number, line in enumerate(lines[1:], 1):
        for place in (3, 7, 20, 71):
            changed = Signature(line.name, line.key_id, flipped(line.raw, place))
            told = Note(note.text, (*lines[:number], changed, *lines[number + 1 :]))
            yield _note(bench, "cosignature.bit", f"{line.name} byte {place}", told.serialised())
        fewer = Note(note.text, (*lines[:number], *lines[number + 1 :]))
        yield _note(bench, "cosignature.gone", line.name, fewer.serialised())
    other = parse_checkpoint(bench.house.sealed(checkpoint.size - 1, checkpoint.root))[1].signatures
    yield _note(bench, "cosignature.of_another", "all", Note(note.text, (lines[0], *other[1:])).serialised())
    strangers = [CosignatureSigner(f"witness{n}.example", private_key(700 + n)) for n in range(1, 5)]
    strange = [one.cosign(note.text, BEGAN) for one in strangers]
    yield _note(bench, "cosignature.stranger", "same names", Note(note.text, (lines[0], *strange)).serialised())
    twice = Note(note.text, (lines[0], lines[1], lines[1], lines[1], lines[1]))
    yield _note(bench, "cosignature.doubled", "one witness four times", twice.serialised())
    late = bench.house.sealed(checkpoint.size, checkpoint.root, at=NOW + 100_000)
    yield _note(bench, "cosignature.future", "all", late)


def histories(bench: Bench) -> Iterator[Tampering]:
    """Histories that the operator signs anew: shrunk, rewritten, forked; with all witnesses in league only memory helps."""
    held = bench.log.entries
    writer = Writer(77)
    writer.number = 60_000
    for seen in (0, 3, 4, 5):
        for place in (0, 120, 255, 299):
            rewritten = [*held[:place], writer.award(99), *held[place + 1 :]]
            yield from _both(bench, f"history.rewritten_{seen}_witnesses", f"entry {place}", rewritten, seen)
        yield from _both(bench, f"history.shrunk_{seen}_witnesses", "to 200", held[:200], seen)
        yield from _both(bench, f"history.dropped_{seen}_witnesses", "entry 10", [*held[:10], *held[11:]], seen)
    alien = Log(bench.place / "alien", House("alien.example/book")).append(held)
    alien.seal()
    yield Tampering("history.other_log", "monitor", lambda: bench.monitor(alien))


def _both(bench: Bench, kind: str, name: str, entries: list[bytes], seen: int) -> Iterator[Tampering]:
    """Yield a history for the reader who kept a checkpoint, and for the monitor."""

    def run(reader: str) -> Run:
        def ask() -> Found:
            log = bench.written(entries, seen=seen)
            return bench.monitor(log) if reader == "monitor" else bench.verify(log)

        return ask

    yield Tampering(kind, f"{name}, verify", run("verify"))
    yield Tampering(kind, f"{name}, monitor", run("monitor"))


def _note(bench: Bench, kind: str, name: str, note: str) -> Tampering:
    """Return a tampering that puts another checkpoint in place."""
    return Tampering(kind, name, bench.with_files({"checkpoint": note.encode()}))
