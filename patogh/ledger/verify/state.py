"""What a reader keeps between two visits: the last checkpoint whose log was found good."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from patogh.kit.tlog.checkpoint import Checkpoint
from patogh.ledger.verify.errors import CannotRead

FORMAT: Final = "patogh-verify-state/v1"
_HASH_HEX: Final = 64


@dataclass(frozen=True)
class Kept:
    """A checkpoint that was kept: which log, how long, its root, when it was kept (seconds), and its signed note."""

    origin: str
    size: int
    root: bytes
    at: int
    note: str


def load(where: str) -> Kept | None:
    """Return what was kept in a file, None if there is no file yet; raises CannotRead for a damaged one."""
    place = Path(where)
    if not place.exists():
        return None
    try:
        told: dict[str, Any] = json.loads(place.read_text("utf-8"))
        root, size = str(told["root"]), int(told["size"])
        if told["format"] != FORMAT or len(root) != _HASH_HEX or size < 0:
            raise CannotRead("state.bad", where=where)
        return Kept(str(told["origin"]), size, bytes.fromhex(root), int(told["at"]), str(told["note"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CannotRead("state.bad", where=where) from error


def keep(where: str, checkpoint: Checkpoint, note: str, now: int) -> None:
    """Keep a checkpoint; the file is replaced at once, so that a crash leaves the old or the new one."""
    told = {
        "format": FORMAT,
        "origin": checkpoint.origin,
        "size": checkpoint.size,
        "root": checkpoint.root.hex(),
        "at": now,
        "note": note,
    }
    write_whole(Path(where), json.dumps(told, ensure_ascii=False, indent=1).encode() + b"\n")


def write_whole(place: Path, data: bytes) -> None:
    """Replace a file by another one in one step."""
    place.parent.mkdir(parents=True, exist_ok=True)
    fresh = place.with_name(f"{place.name}.{os.getpid()}.new")
    with fresh.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(place)
