"""`patogh book`, the operator's side: the log, its keys, its witnesses, its seals."""

from pathlib import Path
from typing import Any

import click

from patogh.conf.cli.base import fail, print_json, start_django, with_data
from patogh.conf.cli.book import book


@book.command("init")
@with_data
def init() -> None:
    """Open the log and make its key (DATA/book/key, 0600); the first seal would do the same."""
    start_django()
    from patogh.ledger.actions.keeping import init_log
    from patogh.ledger.signing import files

    click.echo(init_log().vkey)
    click.echo(f"Keep a copy of {files.folder() / files.KEY} in a safe place: backups leave it out.", err=True)


@book.group()
def key() -> None:
    """Show, rotate or give up the key that signs the log."""


@key.command("show")
@with_data
def show() -> None:
    """Print the verifier keys of the log, the newest first: what witnesses and partners need."""
    start_django()
    from patogh.ledger.queries.policy import vkeys

    found = vkeys()
    if not found:
        fail("the log has no key yet; run `patogh book init`.")
    click.echo("\n".join(found))


@key.command("rotate")
@with_data
def rotate() -> None:
    """Make a new key; the old one signs beside it for 30 days. Give the new one to every witness in that time."""
    start_django()
    from patogh.ledger.actions.keeping import rotate_key

    made = rotate_key()
    click.echo(made.vkey)
    click.echo("Both keys sign for 30 days; witnesses and policies must list the new one by then.", err=True)


@book.command("compromise")
@click.option("--origin", default="", help="Name of the next log; default: the present one with /2, /3 …")
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_data
def compromise(origin: str, yes: bool) -> None:
    """Stop the log (stolen or lost key, restored backup) and go on under a new origin with a new key.

    What a quorum of witnesses has seen stays as it is; what came later is entered again in the new log.
    """
    start_django()
    from patogh.ledger.actions.keeping import replace_log

    if not yes:
        click.confirm("Every verifier and witness must learn the new origin and key. Go on?", abort=True)
    made = replace_log(origin=origin)
    click.echo(f"{made.origin}: run `patogh book seal`, then give `patogh book key show` to every witness.")


@book.group()
def witness() -> None:
    """Add, list or retire the witnesses that are asked."""


@witness.command("add")
@click.argument("vkey")
@click.argument("url")
@click.option("--fa", default="", help="Who it is, in Persian.")
@click.option("--en", default="", help="Who it is, in English.")
@click.option("--ours", is_flag=True, help="The house runs it itself; then it never counts.")
@with_data
def add(vkey: str, url: str, **told: Any) -> None:
    """Ask the witness of key VKEY at URL from now on."""
    start_django()
    from patogh.ledger.actions.enlisting import Described, add_witness

    described = Described(vkey, url, told["fa"], told["en"], is_ours=told["ours"])
    click.echo(f"{add_witness(described, by=None).name} is asked from the next seal on.")


@witness.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
@with_data
def list_witnesses(as_json: bool) -> None:
    """List the witnesses with their last sight."""
    start_django()
    from patogh.ledger.queries.policy import witnesses

    names = ("name", "url", "vkey", "is_ours", "last_seen_at", "last_size", "last_error")
    rows = [{name: getattr(one, name) for name in names} for one in witnesses()]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        click.echo("{name}  {url}  seen {last_seen_at}, {last_size} entries  {last_error}".format(**row))
    if not rows:
        click.echo("There are no witnesses; add one with `patogh book witness add VKEY URL`.")


@witness.command("retire")
@click.argument("name")
@with_data
def retire(name: str) -> None:
    """Ask the witness NAME no longer; what it signed stays."""
    start_django()
    from patogh.ledger.actions.enlisting import retire_witness
    from patogh.ledger.models import Witness

    found = Witness.objects.filter(name=name, retired_at=None).first()
    if found is None:
        fail(f"no witness is called {name}; `patogh book witness list` shows them.")
    retire_witness(found, by=None)
    click.echo(f"{name} is asked no longer.")


@book.command("sequence")
@with_data
def sequence() -> None:
    """Give every waiting fact its place in the log now; the worker does it every few seconds."""
    start_django()
    from patogh.ledger.actions.sequencing import append_waiting

    count = 0
    while some := append_waiting():
        count += some
    click.echo(f"{count} entries appended.")


@book.command("seal")
@with_data
def seal() -> None:
    """Sign, publish and have witnessed what the log has grown to; the worker does it every few seconds."""
    start_django()
    from patogh.ledger.actions import sealing

    row = sealing.seal()
    if row is None:
        click.echo("There is nothing new to seal.")
        return
    click.echo(
        f"Sealed {row.size} entries; {row.witnessed_count} witnesses, {'enough' if row.quorum_met else 'too few'}."
    )


@book.command("status")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@with_data
def status(as_json: bool) -> None:
    """Say how the log stands: size, seals, witnesses, and whatever is wrong."""
    start_django()
    from patogh.ledger.health import standing

    found = standing()
    if as_json:
        print_json(found)
        return
    for name, value in found.items():
        click.echo(f"{name}: {'; '.join(value) or 'none' if isinstance(value, list) else value}")


@book.command("policy")
@with_data
def policy() -> None:
    """Print the trust policy of this house (c2sp.org/tlog-policy), for verifiers to start from."""
    start_django()
    from patogh.ledger.queries.policy import policy_text

    click.echo(policy_text(), nl=False)


@book.command("publish")
@click.argument("target", type=click.Path(file_okay=False))
@with_data
def publish(target: str) -> None:
    """Copy the published log (checkpoint, tiles, policy) into the folder TARGET, for a mirror or a partner."""
    start_django()
    import shutil

    from patogh.ledger.signing.publishing import folder

    if not (folder() / "checkpoint").exists():
        fail("nothing is published yet; run `patogh book seal`.")
    place = Path(target).expanduser()
    shutil.copytree(folder(), place, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".*", "checkpoint", "closed"))
    shutil.copy2(folder() / "checkpoint", place / "checkpoint")  # last: it never promises a tile that is not there
    click.echo(f"{place} holds the log; verify it with `patogh book verify {place} --policy {place / 'policy'}`.")
