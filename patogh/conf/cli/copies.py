"""`patogh backup` and `patogh restore`."""

import datetime as dt
import os
import sys
from pathlib import Path

import click

from patogh.conf import preflight
from patogh.conf.cli.base import main, print_json, start_django, with_data


@main.command()
@click.argument("target", type=click.Path(path_type=Path), required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@with_data
def backup(target: Path | None, as_json: bool) -> None:
    """Copy everything into the new folder TARGET while the hangout goes on: database, pictures, keys, and a manifest.

    Without TARGET it is ./patogh-backup-<time>. Keep it as safe as the data folder: the keys are in it.
    """
    start_django()
    from patogh.conf import copies

    place = target or Path(f"patogh-backup-{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%SZ}")
    manifest = copies.back_up(place.resolve(), shown)
    size = sum(each["bytes"] for each in manifest["files"].values())
    if as_json:
        print_json(
            {
                "target": str(place),
                "files": len(manifest["files"]),
                "bytes": size,
                "rows": sum(manifest["rows"].values()),
            }
        )
    else:
        click.echo(
            f"{place}: {len(manifest['files'])} files, {size / 2**20:.1f} MB, {sum(manifest['rows'].values()):,} rows."
        )


@main.command()
@click.argument("source", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--force", is_flag=True, help="Lay aside what is in the data folder now.")
@with_data
def restore(source: Path, force: bool) -> None:
    """Check the backup SOURCE against its manifest and put it into the data folder. Stop `patogh up` first."""
    folder = preflight.folder_is_writable()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "patogh.conf.settings")
    from patogh.conf import copies

    manifest = copies.restore(source.resolve(), folder, force=force, progress=shown)
    if not preflight.must_migrate():
        start_django()
        from patogh.people.leaving import going

        if count := going.replay():
            click.echo(f"{count} members who were erased since then were erased again.")
    click.echo(f"{folder} is as it was at {manifest['made_at']}: {sum(manifest['rows'].values()):,} rows.")


def shown(label: str, done: int, total: int) -> None:
    """Show how far a long step is, on a terminal only."""
    if sys.stderr.isatty():
        click.echo(f"\r{label}: {done * 100 // max(total, 1)} %  ", nl=done >= total, err=True)
