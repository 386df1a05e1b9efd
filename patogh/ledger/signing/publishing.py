"""The published folder (C2SP tlog-tiles): tiles and bundles first, then the checkpoint that needs them.

Each file appears whole, by rename; a partial tile goes when its full one is there. Any web server may serve the folder.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from patogh.kit.tlog import tiles
from patogh.kit.tlog.checkpoint import parse_checkpoint
from patogh.kit.tlog.errors import TlogError
from patogh.ledger.models import LogHead
from patogh.ledger.queries.tiles import TileReader, bundle
from patogh.ledger.signing import files

CHECKPOINT = "checkpoint"


def folder() -> Path:
    """Return the published folder."""
    path = files.folder() / "public"
    path.mkdir(mode=0o755, exist_ok=True)
    return path


def publish_tiles(log: LogHead, size: int) -> int:
    """Write the tiles and bundles that a checkpoint of `size` needs and that are not there; returns how many."""
    root, count = folder(), 0
    since = _published_size(root, log.origin)
    if since == 0:
        shutil.rmtree(root / "tile", ignore_errors=True)  # of another origin, or half of a first publication
    read = TileReader(log.pk)
    for level, number, width in tiles.tiles_of(size, since):
        _put(root, tiles.tile_path(level, number, width), read(level, number, width))
        count += 1
        if level == 0:
            _put(root, tiles.tile_path("entries", number, width), bundle(log.pk, number, width))
            count += 1
    if count:
        os.sync()  # the tiles are on the disk before the checkpoint that needs them
    return count


def publish_checkpoint(note: str, texts: dict[str, str]) -> None:
    """Put a seal in place, after its tiles; `texts` are the small files beside it (policy, vkey)."""
    root = folder()
    for name, text in texts.items():
        path = root / name
        if not path.exists() or path.read_text("utf-8") != text:
            files.write_whole(path, text.encode())
    files.write_whole(root / CHECKPOINT, note.encode())


def set_aside(log_id: int) -> None:
    """Keep what a log that is closed has published, below `closed/`, and begin an empty folder."""
    root = folder()
    kept = root / "closed" / str(log_id)
    kept.mkdir(parents=True, exist_ok=True)
    for name in (CHECKPOINT, "policy", "vkey", "tile"):
        if (root / name).exists() and not (kept / name).exists():
            (root / name).replace(kept / name)


def _published_size(root: Path, origin: str) -> int:
    """Return the size of the checkpoint that stands there; 0 for none, a broken one, or another log's."""
    try:
        checkpoint, _ = parse_checkpoint((root / CHECKPOINT).read_bytes())
    except (OSError, TlogError):
        return 0
    return checkpoint.size if checkpoint.origin == origin else 0


def _put(root: Path, path: str, content: bytes) -> None:
    """Write one tile; its partial forms go once it is full."""
    target = root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.draft")
    draft.write_bytes(content)
    draft.replace(target)
    if ".p/" not in path:
        shutil.rmtree(target.with_name(f"{target.name}.p"), ignore_errors=True)
