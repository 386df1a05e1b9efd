"""The folder of the book: the key that only its owner reads, the head that only grows, and one signer at a time."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import connection

from patogh.kit.tlog.checkpoint import Checkpoint, parse_text
from patogh.kit.tlog.errors import TlogError
from patogh.kit.tlog.note import Ed25519Signer
from patogh.ledger.errors import LogStopped

SIGNER_LOCK: Final = 0x9A706C  # a number of our own among PostgreSQL's advisory locks
KEY, NEXT, LEAVING, HEAD, STOPPED = "key", "key.next", "key.leaving", "head", "stopped"


def folder() -> Path:
    """Return the folder of the book, made with 0700 when it is not there."""
    path = Path(settings.DATA) / "book"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def write_whole(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Write a file so that a reader, and a power cut, find either the old or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    flush_folder(path.parent)


def flush_folder(path: Path) -> None:
    """Have the names in a folder on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def signer(name: str = KEY) -> Ed25519Signer | None:
    """Return the signer of a key file, or None when there is none; raises LogStopped for one that cannot be used."""
    path = folder() / name
    try:
        if path.stat().st_mode & 0o077:
            raise LogStopped(
                why=f"the key file {path} may be read by others; run `chmod 600` on it, then `patogh book seal`."
            )
        return Ed25519Signer.from_text(path.read_text("ascii"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TlogError) as error:
        raise LogStopped(why=f"the key file {path} cannot be used ({error}).") from error


def keep_signer(made: Ed25519Signer, name: str = KEY) -> None:
    """Write a signing key with 0600."""
    write_whole(folder() / name, f"{made.skey.strip()}\n".encode("ascii"), 0o600)


def take_next() -> None:
    """Put the next key in the place of the present one, which leaves; safe to repeat after a crash in between."""
    if (folder() / NEXT).exists():
        if (folder() / KEY).exists():  # else it was cut off between the two
            (folder() / KEY).replace(folder() / LEAVING)
        (folder() / NEXT).replace(folder() / KEY)
        flush_folder(folder())


def drop_signer(name: str) -> None:
    """Remove a key file that has had its time."""
    (folder() / name).unlink(missing_ok=True)


def set_aside(name: str, suffix: str) -> None:
    """Rename a key file, so that nothing signs with it any more."""
    path = folder() / name
    if path.exists():
        path.replace(path.with_name(f"{name}.{suffix}"))


def head() -> Checkpoint | None:
    """Return the greatest checkpoint this machine ever signed, or None; raises LogStopped for a file that is broken."""
    path = folder() / HEAD
    try:
        return parse_text(path.read_text("utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise LogStopped(why=f"the head file {path} cannot be read ({error}); see docs/open-book.md.") from error


def keep_head(checkpoint: Checkpoint) -> None:
    """Write down, before anybody sees it, what is signed now; a smaller size of the same log is never written."""
    known = head()
    if known is None or known.origin != checkpoint.origin or known.size < checkpoint.size:
        write_whole(folder() / HEAD, checkpoint.text().encode(), 0o600)


def keep_stop(why: str) -> None:
    """Write down why the signer refuses to sign, for `patogh check` and /team; an empty reason takes it back."""
    path = folder() / STOPPED
    if why:
        write_whole(path, why.encode())
    elif path.exists():
        path.unlink(missing_ok=True)


def stopped() -> str:
    """Return why the signer refuses to sign, or nothing."""
    try:
        return (folder() / STOPPED).read_text("utf-8")
    except OSError:
        return ""


@contextmanager
def turn() -> Iterator[bool]:
    """Give whether this is the only signer now: a file lock on this machine, an advisory lock of PostgreSQL for several."""
    with (folder() / ".turn").open("w") as door:
        try:
            fcntl.flock(door, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        with _everywhere() as alone:
            yield alone


@contextmanager
def _everywhere() -> Iterator[bool]:
    """Hold the advisory lock of the signer where several machines share a PostgreSQL."""
    if connection.vendor != "postgresql":
        yield True
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [SIGNER_LOCK])
        alone = bool(cursor.fetchone()[0])
    try:
        yield alone
    finally:
        if alone:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [SIGNER_LOCK])
