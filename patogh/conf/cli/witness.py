"""`patogh witness`: what a partner runs to vouch that a log only grows; also packed as one file."""

import sys
from collections.abc import Callable

import click

from patogh.conf.cli.base import main

_COMMANDS = {
    "init": "Make a new witness in DIR and print its public key.",
    "add-log": "Trust the key of a log; a second key is for its rotation.",
    "drop-key": "Trust a key of a log no longer.",
    "serve": "Answer logs over HTTP until it is stopped.",
    "show": "Print the key, the logs and the newest checkpoint of each.",
    "evidence": "Print the refused requests that were kept.",
    "pack": "Write the witness as one file that runs with python3.",
}


@main.group()
def witness() -> None:
    """Run a witness: it signs that a log only grew. No Django, no settings; see docs/witness.md."""


def _handing_on(name: str) -> Callable[..., None]:
    """Return a command that hands its words to the witness's own command line, the same as in the packed file."""

    def run(words: tuple[str, ...]) -> None:
        from patogh.ledger.witness.commands import main as witness_main

        sys.exit(witness_main([name, *words], program="patogh witness"))

    return run


for _name, _help in _COMMANDS.items():
    _words = click.Argument(["words"], nargs=-1, type=click.UNPROCESSED)
    witness.add_command(
        click.Command(
            _name,
            callback=_handing_on(_name),
            params=[_words],
            help=_help,
            short_help=_help,
            add_help_option=False,
            context_settings={"ignore_unknown_options": True},
        )
    )
