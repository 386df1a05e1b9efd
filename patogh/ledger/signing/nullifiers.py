"""The mark of one account for one idea: a keyed hash that tells the house's readers only whether it is the same one again.

The key is a file beside the log's key, 0600, and like it in no backup: whoever had it and the list of accounts could tell
who supported what. A house that loses it makes a new one: marks of before then differ from marks of after, and the
database still holds one support of a member for an idea (docs/decisions/0016-support-marks.md).
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from functools import lru_cache
from pathlib import Path
from typing import Final

from patogh.ledger.errors import LogStopped
from patogh.ledger.signing.files import flush_folder, folder

NULLIFIER_KEY: Final = "nullifier"
KEY_BYTES: Final = 32


def nullifier(idea_id: int, member_id: int) -> str:
    """Return the mark of a member for an idea in hex: HMAC-SHA256 (RFC 2104). Raises LogStopped for a key that cannot be used."""
    said = f"patogh/support/v1\n{idea_id}\n{member_id}".encode()
    return hmac.new(_key(folder() / NULLIFIER_KEY), said, hashlib.sha256).hexdigest()


@lru_cache(maxsize=4)
def _key(path: Path) -> bytes:
    """Return the key, made now if there is none; of two processes that make it at once, one key stands."""
    if not path.exists():
        _make(path)
    if path.stat().st_mode & 0o077:
        raise LogStopped(why=f"the key file {path} may be read by others; run `chmod 600` on it.")
    try:
        key = bytes.fromhex(path.read_text("ascii").strip())
    except (OSError, ValueError) as error:
        raise LogStopped(why=f"the key file {path} cannot be used ({error}).") from error
    if len(key) != KEY_BYTES:
        raise LogStopped(why=f"the key file {path} does not hold {KEY_BYTES} bytes in hex.")
    return key


def _make(path: Path) -> None:
    """Write a new key, whole or not at all, and never over one that is there."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(f"{secrets.token_hex(KEY_BYTES)}\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            return
    finally:
        draft.unlink(missing_ok=True)
    flush_folder(path.parent)
