"""`patogh up`: everything that serves the hangout, started and watched by one command."""

import os
import subprocess
import sys
from pathlib import Path

import click

from patogh.conf import preflight
from patogh.conf.cli.base import main, with_data


@main.command()
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=8000,
    envvar="PORT",
    show_default=True,
    help="Port of the pages (PORT).",
)
@click.option("--host", default="0.0.0.0", show_default=True, help="Address to listen at.")  # noqa: S104 - a server serves
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=None,
    help="Page processes (PATOGH_WORKERS; default: one per core).",
)
@with_data
def up(port: int, host: str, workers: int | None) -> None:
    """Serve the hangout: pages, live hub and worker, watched and restarted; Ctrl-C stops them all.

    The database is made or brought up to date first. The live hub listens at the next free port after --port.
    """
    folder = preflight.folder_is_writable()
    preflight.disk_has_room(folder)
    preflight.port_is_free(host, port)
    if preflight.must_migrate():
        click.echo("Preparing the database …")
        _run_first("migrate")
    if _catalogues_are_stale():
        _run_first("messages")
    from patogh.conf import supervisor

    plan = supervisor.planned(host, port, preflight.next_free_port(host, port), workers)
    sys.exit(supervisor.Supervisor(plan, say=click.echo).run())


def _run_first(command: str) -> None:
    """Run another command of ours to its end before serving; CannotStart when it fails (it has said why)."""
    own = [sys.executable, "-m", "patogh", command]
    done = subprocess.run(own, check=False, env=os.environ | _path(), stdout=subprocess.DEVNULL)  # noqa: S603 - ourselves
    if done.returncode:
        raise preflight.CannotStart(f"`patogh {command}` did not succeed, so nothing was started.")


def _path() -> dict[str, str]:
    """Let child processes find this very package, installed or not."""
    here = str(Path(__file__).resolve().parents[3])
    return {"PYTHONPATH": os.pathsep.join(filter(None, [here, os.environ.get("PYTHONPATH")]))}


def _catalogues_are_stale() -> bool:
    """Return whether a room's words are newer than its compiled catalogue."""
    rooms = Path(__file__).resolve().parents[2]
    for po in rooms.glob("*/locale/*/LC_MESSAGES/django.po"):
        mo = po.with_suffix(".mo")
        if not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime:
            return os.access(po.parent, os.W_OK)
    return False
