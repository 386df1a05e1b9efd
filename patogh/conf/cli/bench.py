"""`patogh bench`: the measurements of bench/, which live in the source checkout and not in the installed package."""

import importlib
import sys
from pathlib import Path

import click

from patogh.conf.cli.base import fail, main

ROOT = Path(__file__).resolve().parents[3]


@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("name", required=False)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def bench(name: str | None, arguments: tuple[str, ...]) -> None:
    """Run the measurement NAME (`all` for every one); --json prints one JSON object. Without NAME, list them."""
    names = sorted(
        path.stem for path in (ROOT / "bench").glob("[a-z]*.py") if "def main(" in path.read_text(encoding="utf-8")
    )
    if not names:
        fail("the measurements are in the source checkout; run this from there.")
    if name is None:
        click.echo("\n".join(names))
        return
    if name not in names:
        fail(f"there is no measurement called {name}; there are: {', '.join(names)}.")
    sys.path.insert(0, str(ROOT))
    sys.exit(importlib.import_module(f"bench.{name}").main(list(arguments)))
