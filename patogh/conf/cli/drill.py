"""`patogh drill`: the drills of tests/drills, which live in the source checkout and not in the installed package."""

import importlib
import sys
from pathlib import Path

import click

from patogh.conf.cli.base import fail, main

ROOT = Path(__file__).resolve().parents[3]


@main.command()
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print the drill's one line of JSON.")
@click.option("--long", is_flag=True, help="The full drill, as `make drill` runs it.")
@click.option("--broken", is_flag=True, help="Break the house on purpose: then the drill must fail.")
def drill(name: str | None, as_json: bool, long: bool, broken: bool) -> None:
    """Hurt a house of the drill's own and count what was lost (exit code 1 if anything was). Without NAME, list the drills.

    A drill makes its own data folder and touches no other.
    """
    if not (ROOT / "tests" / "drills").is_dir():
        fail("the drills are in the source checkout; run this from there.")
    sys.path.insert(0, str(ROOT))
    names = importlib.import_module("tests.drills").DRILLS
    if name is None:
        click.echo("\n".join(names))
        return
    if name not in names:
        fail(f"there is no drill called {name}; there are: {', '.join(names)}.")
    result = importlib.import_module(f"tests.drills.{name}").drill(long=long, broken=broken)
    click.echo(result.line() if as_json else told(result))
    sys.exit(not result.passed)


def told(result: "object") -> str:
    """Say in one sentence how a drill went."""
    words = "{drill}: {faults} faults in {secs} s, {acked} acknowledged, {lost} lost, {duplicates} doubled"
    return f"{words.format(**vars(result))}: {'passed' if getattr(result, 'passed', False) else 'FAILED'}"
