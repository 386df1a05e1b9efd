"""What has to be true before anything starts, found out without loading Django; each refusal is one clear line."""

import os
import shutil
import socket
import sqlite3
import tempfile
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

from patogh.activity import limits


class CannotStart(Exception):
    """Something outside the code is not as it must be; the message is the one line that says what and what to do."""


def folder_is_writable() -> Path:
    """Return the data folder, made if need be; raises CannotStart when nothing can be written there."""
    folder = Path(os.environ.get("PATOGH_DATA", "data")).resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b"x" * 4096)
            probe.flush()
    except OSError as error:
        if error.errno in {28, 122}:  # ENOSPC, EDQUOT
            raise CannotStart(f"the disk of {folder} is full; make room and start again.") from error
        raise CannotStart(
            f"the data folder {folder} cannot be written ({error.strerror}); choose another with --data."
        ) from error
    return folder


def disk_has_room(folder: Path) -> None:
    """Raise CannotStart when less than DISK_FREE_BYTES_MIN is left on the disk of the data folder."""
    free = shutil.disk_usage(folder).free
    if free < limits.DISK_FREE_BYTES_MIN:
        least = limits.DISK_FREE_BYTES_MIN // 2**20
        raise CannotStart(f"the disk of {folder} is full: {free // 2**20} MB are left and {least} MB are needed.")


def port_is_free(host: str, port: int) -> None:
    """Raise CannotStart when nobody can listen at this address."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except OSError as error:
            if error.errno == 98:  # EADDRINUSE
                raise CannotStart(
                    f"port {port} is taken; stop what listens there or choose another with --port."
                ) from error
            raise CannotStart(f"cannot listen at {host}:{port} ({error.strerror}).") from error
        except OverflowError as error:
            raise CannotStart(f"{port} is no port; choose one from 1 to 65535.") from error


def next_free_port(host: str, after: int) -> int:
    """Return the first free port after `after`."""
    for port in range(after + 1, min(after + 200, 65_535)):
        try:
            port_is_free(host, port)
        except CannotStart:
            continue
        return port
    raise CannotStart(f"no free port was found after {after} for the live hub.")


def where_one_stands() -> list[str]:
    """Return what somebody who types `patogh` alone wants to know: whether there is a hangout, and the next command."""
    folder = Path(os.environ.get("PATOGH_DATA", "data"))
    up, check = "  patogh up       serve it", "  patogh check    look for anything broken"
    everything = "  patogh --help   list every command"
    if os.environ.get("PATOGH_DATABASE_URL"):
        return ["The hangout is in PostgreSQL (PATOGH_DATABASE_URL).", up, check, everything]
    if (folder / "patogh.sqlite3").exists():
        demo = " (the demo)" if (folder / "demo").exists() else ""
        return [f"There is a hangout in {folder}{demo}.", up, check, everything]
    return [
        f"There is no hangout in {folder} yet.",
        "  patogh demo     load the demo brand, to look around",
        "  patogh up       open an empty one, which asks for your brand",
        everything,
    ]


def database_is_there() -> None:
    """Raise CannotStart when the SQLite database has not been made yet."""
    from patogh.conf import settings

    name = settings.DATABASES["default"]["NAME"]
    if isinstance(name, Path) and not name.exists():
        raise CannotStart(f"there is no database in {name.parent}; make one with `patogh demo` or `patogh up`.")


def migrations_on_disk() -> set[tuple[str, str]]:
    """Return (app, migration) of every migration file of the installed apps."""
    from patogh.conf import settings

    found = set()
    for app in settings.INSTALLED_APPS:
        spec = find_spec(app)
        if spec and spec.origin:
            folder = Path(spec.origin).parent / "migrations"
            found |= {(app.rpartition(".")[2], path.stem) for path in folder.glob("[0-9]*.py")}
    return found


def migrations_applied() -> set[tuple[str, str]]:
    """Return (app, migration) of what the database has, empty for a new one; CannotStart when it cannot be read."""
    from patogh.conf import settings

    described = settings.DATABASES["default"]
    if isinstance(described["NAME"], Path):
        return _applied_sqlite(described["NAME"])
    return _applied_postgresql()


def must_migrate() -> bool:
    """Return whether migrations wait; raises CannotStart when the database is newer than this code."""
    disk, applied = migrations_on_disk(), migrations_applied()
    apps = {app for app, _ in disk}
    newer = sorted(f"{app} {name}" for app, name in applied - disk if app in apps and name[:4].isdigit())
    if newer:
        raise CannotStart(
            f"the database is newer than this code (it has {newer[-1]}); "
            "install the newer Patogh or restore an older backup."
        )
    return bool(disk - applied)


def _applied_sqlite(path: Path) -> set[tuple[str, str]]:
    """Read Django's table of migrations from an SQLite file."""
    if not path.exists() or not path.stat().st_size:
        return set()
    try:
        with closing(sqlite3.connect(path, timeout=5)) as database:
            return set(database.execute("SELECT app, name FROM django_migrations"))
    except sqlite3.OperationalError as error:
        if "no such table" in str(error):
            return set()
        raise CannotStart(f"the database {path} cannot be read ({error}).") from error
    except sqlite3.DatabaseError as error:
        raise CannotStart(f"{path} is no database that can be read ({error}); restore a backup.") from error


def _applied_postgresql() -> set[tuple[str, str]]:
    """Read Django's table of migrations from PostgreSQL."""
    import psycopg

    try:
        with psycopg.connect(os.environ["PATOGH_DATABASE_URL"], connect_timeout=5) as database:
            if database.execute("SELECT to_regclass('django_migrations')").fetchone() == (None,):
                return set()
            return {(app, name) for app, name in database.execute("SELECT app, name FROM django_migrations").fetchall()}
    except psycopg.Error as error:
        raise CannotStart(
            f"PostgreSQL does not answer ({str(error).splitlines()[0]}); look at PATOGH_DATABASE_URL."
        ) from error
