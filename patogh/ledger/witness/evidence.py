"""Requests that a log signed and that contradict what was cosigned: kept, for they may prove that it keeps two books."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from patogh.ledger.witness import limits
from patogh.ledger.witness.store import Seen
from patogh.ledger.witness.wire import origin_hash


@dataclass(frozen=True, slots=True)
class Evidence:
    """One kept request: when (unix seconds), whose, why it was refused, the request itself and what we had cosigned."""

    at: int
    origin: str
    why: str
    request: str
    cosigned_size: int
    cosigned_note: str


class Shelf:
    """The folder of evidence: one JSON file for each different request, at most EVIDENCE_FILES_MAX of each log."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, found: Evidence) -> bool:
        """Write a request down, once; False when the log's place is full."""
        place = self._folder / origin_hash(found.origin)[:16]
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = place / f"{hashlib.sha256(found.request.encode()).hexdigest()[:32]}.json"
        if path.exists():
            return True
        if self.count(found.origin) >= limits.EVIDENCE_FILES_MAX:
            return False
        part = path.with_suffix(".part")
        with part.open("w", encoding="utf-8") as file:
            json.dump(asdict(found), file, ensure_ascii=False, indent=1)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        return True

    def count(self, origin: str) -> int:
        """Return how many requests of a log are kept."""
        return sum(1 for _path in (self._folder / origin_hash(origin)[:16]).glob("*.json"))

    def all(self) -> list[Evidence]:
        """Return what is kept, the newest first."""
        found = [Evidence(**json.loads(path.read_text(encoding="utf-8"))) for path in self._folder.glob("*/*.json")]
        return sorted(found, key=lambda one: -one.at)


def evidence_of(at: int, origin: str, why: str, request: bytes, seen: Seen | None) -> Evidence:
    """Put a refused request beside what the witness holds."""
    size, note = (seen.size, seen.note) if seen else (0, "")
    return Evidence(at, origin, why, request.decode("utf-8", "backslashreplace"), size, note)
