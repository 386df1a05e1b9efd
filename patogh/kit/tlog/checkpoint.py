"""Checkpoints (C2SP tlog-checkpoint): origin, size and root of a log, as the text of a signed note."""

from __future__ import annotations

from dataclasses import dataclass

from patogh.kit.tlog import note as notes
from patogh.kit.tlog.encoding import base64_of, from_decimal, hash_from_base64
from patogh.kit.tlog.errors import BadCheckpoint
from patogh.kit.tlog.limits import CHECKPOINT_EXTENSIONS_MAX, HASH_BYTES, KEY_NAME_BYTES_MAX, TREE_SIZE_MAX


@dataclass(frozen=True)
class Checkpoint:
    """How many entries the log has and what their root is."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what has no text form."""
        if not self.origin or len(self.origin.encode("utf-8", "replace")) > KEY_NAME_BYTES_MAX:
            raise BadCheckpoint(f"the origin must have 1 to {KEY_NAME_BYTES_MAX} bytes")
        if not 0 <= self.size <= TREE_SIZE_MAX or len(self.root) != HASH_BYTES:
            raise BadCheckpoint("the size or the root of the checkpoint is out of bounds")
        if len(self.extensions) > CHECKPOINT_EXTENSIONS_MAX:
            raise BadCheckpoint(f"the checkpoint has more than {CHECKPOINT_EXTENSIONS_MAX} extension lines")
        if any(not line or "\n" in line for line in (self.origin, *self.extensions)):
            raise BadCheckpoint("a line of the checkpoint is empty or broken")

    def text(self) -> str:
        """Return the note text that the log signs."""
        lines = (self.origin, str(self.size), base64_of(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines)


def parse_text(text: str) -> Checkpoint:
    """Return the checkpoint in a note's text; raise BadCheckpoint."""
    lines = text.split("\n")
    if lines.pop() or len(lines) < 3 or "" in lines:
        raise BadCheckpoint("a checkpoint has at least three lines, none of them empty")
    size = from_decimal(lines[1], "the tree size (line 2)", BadCheckpoint)
    root = hash_from_base64(lines[2], "the root hash (line 3)", BadCheckpoint)
    return Checkpoint(lines[0], size, root, tuple(lines[3:]))


def parse_checkpoint(raw: bytes | str) -> tuple[Checkpoint, notes.Note]:
    """Return the checkpoint and its note; raise BadNote or BadCheckpoint. Verifies no signature."""
    note = notes.parse(raw)
    return parse_text(note.text), note
