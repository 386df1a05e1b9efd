"""Small logs for tests, drills and measurements, written with kit/tlog alone: entries, tiles, a signed and seen seal."""

import hashlib
import random
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from patogh.kit import ballots
from patogh.kit.tlog import tiles
from patogh.kit.tlog.checkpoint import Checkpoint
from patogh.kit.tlog.cosignature import CosignatureSigner
from patogh.kit.tlog.note import Ed25519Signer, sign_note
from patogh.kit.tlog.proof import TlogProof
from patogh.kit.tlog.tree import leaf_hash
from patogh.ledger import schemas

ORIGIN = "hangout.example/book"
BEGAN = 1_790_000_000
SALT = bytes(range(32))
WITNESSES = 5
NEEDED = 4


def private_key(seed: int) -> Ed25519PrivateKey:
    """Return a key that is the same in each run."""
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"key %d" % seed).digest())


@dataclass
class House:
    """A log's signer and its witnesses, the same in each run."""

    origin: str = ORIGIN
    signer: Ed25519Signer = field(init=False)
    witnesses: list[CosignatureSigner] = field(init=False)

    def __post_init__(self) -> None:
        self.signer = Ed25519Signer(self.origin, private_key(0))
        self.witnesses = [CosignatureSigner(f"witness{n}.example", private_key(n)) for n in range(1, WITNESSES + 1)]

    def policy(self, needed: int = NEEDED) -> str:
        """Return the policy that names the log and its witnesses."""
        lines = [f"log {self.signer.vkey}"]
        lines += [f"witness w{n} {one.vkey}" for n, one in enumerate(self.witnesses, 1)]
        names = " ".join(f"w{n}" for n in range(1, len(self.witnesses) + 1))
        return "\n".join([*lines, f"group all-of-them {needed} {names}", "quorum all-of-them", ""])

    def sealed(self, size: int, root: bytes, seen: int = NEEDED, at: int = BEGAN) -> str:
        """Return the checkpoint's note, cosigned by the first `seen` witnesses."""
        note = sign_note(Checkpoint(self.origin, size, root).text(), self.signer)
        return note.with_signatures(
            one.cosign(note.text, at + n) for n, one in enumerate(self.witnesses[:seen])
        ).serialised()


class Log:
    """A log in a folder, which grows as a sequencer would let it grow."""

    def __init__(self, folder: Path, house: House | None = None) -> None:
        self.folder, self.house = folder, house or House()
        self.size = 0
        self.entries: list[bytes] = []

    def read(self, level: int, number: int, width: int) -> bytes:
        """Read a hash tile."""
        return (self.folder / tiles.tile_path(level, number, width)).read_bytes()

    def append(self, entries: Iterable[bytes]) -> "Log":
        """Append entries and write the bundles and tiles that come new."""
        added = list(entries)
        made = tiles.grow(self.size, [leaf_hash(entry) for entry in added], self.read)
        start = self.size - self.size % tiles.WIDTH
        self.entries += added
        self.size += len(added)
        for first in range(start, self.size, tiles.WIDTH):
            part = self.entries[first : first + tiles.WIDTH]
            self.write(tiles.tile_path("entries", first // tiles.WIDTH, len(part)), tiles.bundle_of(part))
        for (level, number, width), data in made.items():
            self.write(tiles.tile_path(level, number, width), data)
        return self

    def seal(self, seen: int = NEEDED, at: int = BEGAN) -> str:
        """Sign, have it seen, and publish the checkpoint."""
        note = self.house.sealed(self.size, tiles.root(self.size, self.read), seen, at)
        self.write("checkpoint", note.encode())
        return note

    def proof(self, index: int) -> str:
        """Return the proof of an entry under the published checkpoint."""
        hashes = tiles.inclusion(index, self.size, self.read)
        note = (self.folder / "checkpoint").read_text("utf-8")
        return TlogProof(index, tuple(hashes), note).serialised()

    def copied(self, folder: Path) -> "Log":
        """Return a copy that can be hurt."""
        shutil.copytree(self.folder, folder)
        twin = Log(folder, self.house)
        twin.size, twin.entries = self.size, list(self.entries)
        return twin

    def write(self, path: str, data: bytes) -> None:
        """Write a file of the log."""
        place = self.folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)


class Writer:
    """Makes entries of the book, each with an id of its own, always the same for the same seed."""

    def __init__(self, seed: int = 1) -> None:
        self.chance = random.Random(seed)
        self.number = 0

    def entry(self, kind: str, **fields: Any) -> bytes:
        """Return the canonical bytes of an entry."""
        self.number += 1
        identifier = hashlib.sha256(b"id %d" % self.number).hexdigest()[:32]
        return schemas.written({"at": BEGAN + self.number, "id": identifier, "t": kind, **fields})

    def award(self, points: int = 15) -> bytes:
        """Return a transfer of points from the issuance to a member."""
        shard = self.chance.randrange(16)
        commitment = self.chance.randbytes(32).hex()
        lines = [{"a": f"issuance:pt#{shard}", "n": -points}, {"c": commitment, "n": points}]
        return self.entry("points.transfer.v1", unit="pt", why="award", rule="hangout.answer_accepted", lines=lines)

    def balance(self, transfers: int, total: int) -> bytes:
        """Return a trial balance of the points."""
        classes = [{"class": "issuance", "n": -total}, {"class": "member", "n": total}]
        return self.entry("trial_balance.v1", unit="pt", transfers=transfers, classes=classes)

    def poll(self, voters: int = 5, unopened: int = 1) -> Iterator[bytes]:
        """Yield the entries of a sealed poll with two options, all of them in order."""
        poll = f"{self.chance.getrandbits(128):032x}"
        keys = [private_key(1000 + n) for n in range(voters)]
        names = [key.public_key().public_bytes_raw().hex() for key in keys]
        roll = {"roll_size": voters, "roll_root": ballots.roll_root(names)}
        sealed = {"sealed": 1, "multiple": 0, "options": 2, "question": "aa" * 32, "choices": "bb" * 32}
        yield self.entry("poll.opened.v1", poll=poll, **sealed, **roll)
        for part, some in enumerate(ballots.roll_lines(names)):
            yield self.entry("poll.roll.v1", poll=poll, part=part, keys=some)
        nonces = [self.chance.randbytes(32) for _ in keys]
        for place, (key, name, nonce) in enumerate(zip(keys, names, nonces, strict=True)):
            seal = ballots.seal_of(poll, place % 2, nonce)
            signature = key.sign(ballots.ballot_text(poll, name, seal)).hex()
            yield self.entry("ballot.v1", poll=poll, voter=name, seal=seal, sig=signature)
        yield self.entry("poll.closed.v1", poll=poll, ballots=voters, why="hand")
        counts = [0, 0]
        for place in range(voters - unopened):
            counts[place % 2] += 1
            yield self.entry("ballot.opened.v1", poll=poll, voter=names[place], choice=place % 2, r=nonces[place].hex())
        told = {"ballots": voters, "opened": voters - unopened, "unopened": unopened}
        yield self.entry("poll.result.v1", poll=poll, counts=counts, **told)

    def moderation(self) -> bytes:
        """Return an action of a moderator, with the commitment that `opening` opens."""
        reason = schemas.commit("moderation.action.v1", "words", "off topic here", SALT)
        return self.entry(
            "moderation.action.v1", what="hide", reason="off_topic", subject="hangout.post:17", words=reason
        )


def small_book(folder: Path, transfers: int = 300, seen: int = NEEDED) -> Log:
    """Return a log of transfers, a poll, a moderation and two trial balances, sealed and seen."""
    writer, log = Writer(), Log(folder)
    half = transfers // 2
    log.append(writer.award() for _ in range(half))
    log.append([writer.balance(half, half * 15), writer.moderation(), *writer.poll()])
    log.append(writer.award() for _ in range(transfers - half))
    log.append([writer.balance(transfers, transfers * 15)])
    log.seal(seen)
    return log
