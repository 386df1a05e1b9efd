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
# So many tiles are flushed by themselves, as each second's are; more of them by one flush of the whole machine, which is a
# pause for everybody who writes to a disk of it.
FLUSHED_ONE_BY_ONE_MAX = 32


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
    wanted = list(tiles.tiles_of(size, since))
    read, is_little, folders = TileReader(log.pk), len(wanted) <= FLUSHED_ONE_BY_ONE_MAX, {root}
    for level, number, width in wanted:
        pieces: list[tuple[tiles.Level, bytes]] = [(level, read(level, number, width))]
        if level == 0:
            pieces.append(("entries", bundle(log.pk, number, width)))
        for name, content in pieces:
            folders |= _put(root, tiles.tile_path(name, number, width), content, is_flushed=is_little)
            count += 1
    if count:  # the tiles are on the disk before the checkpoint that needs them
        _flush(folders) if is_little else os.sync()
    return count


def _flush(folders: set[Path]) -> None:
    """Have the names in these folders on the disk, the inner ones first."""
    for path in sorted(folders, key=lambda one: len(one.parts), reverse=True):
        files.flush_folder(path)


def publish_checkpoint(note: str, texts: dict[str, str]) -> None:
    """Put a seal in place, after its tiles; `texts` are the small files beside it (policy, vkey). What is there already stays."""
    root = folder()
    for name, text in {**texts, CHECKPOINT: note}.items():
        path, content = root / name, text.encode()
        if not path.exists() or path.read_bytes() != content:
            files.write_whole(path, content)


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


def _put(root: Path, path: str, content: bytes, *, is_flushed: bool) -> set[Path]:
    """Write one tile, flushed or not; its partial forms go once it is full. Returns the folders whose names changed."""
    target = root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.draft")
    with draft.open("wb") as file:
        file.write(content)
        if is_flushed:
            file.flush()
            os.fsync(file.fileno())
    draft.replace(target)
    if ".p/" not in path:
        shutil.rmtree(target.with_name(f"{target.name}.p"), ignore_errors=True)
    return {one for one in target.parents if one.is_relative_to(root)}
