"""The command line of the single file `patogh-verify.pyz`: python3 and `cryptography` are all it needs."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from patogh.ledger.verify import commands
from patogh.ledger.verify.monitor import SILENT_HOURS_MAX
from patogh.ledger.verify.words import LANGUAGES

ABOUT = """Verify an open book without trusting who shows it.
Exit status: 0 everything proved, 1 something is wrong, 2 cannot be read, 3 proved but too few witnesses have seen it."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    told = parser().parse_args(arguments)
    manner = commands.Manner(told.vkey, told.policy, told.as_json, told.lang)
    if told.command == "verify":
        processes = told.processes
        return commands.verify(manner, told.where, state=told.state, keep=told.keep, processes=processes)
    if told.command == "proof":
        return commands.proof(manner, told.file, entry=told.entry)
    if told.command == "receipt":
        return commands.receipt(manner, told.file)
    every_s, hours = told.every, told.silent_hours
    return commands.monitor(manner, told.where, told.state, every_s=every_s, command=told.call, hours=hours)


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    top = argparse.ArgumentParser(
        prog="patogh-verify", description=ABOUT, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    kinds = top.add_subparsers(dest="command", required=True)
    verify = _kind(kinds, "verify", "a whole log: a folder or an http(s) address", "where")
    verify.add_argument("--state", default="", help="file that keeps the last good checkpoint")
    verify.add_argument("--keep", default="", help="folder that keeps what was fetched, to go on after a break")
    verify.add_argument("--processes", type=int, default=0, help="how many processes read (default: one per core)")
    proof = _kind(kinds, "proof", "one .tlog-proof file", "file")
    proof.add_argument("--entry", default="", help="file with the entry's exact bytes")
    _kind(kinds, "receipt", "one receipt file (patogh-receipt/v1)", "file")
    monitor = _kind(kinds, "monitor", "a log that is followed", "where")
    monitor.add_argument("--state", required=True, help="folder for the checkpoints that were seen")
    monitor.add_argument("--every", type=int, default=0, metavar="SECONDS", help="look again and again (default: once)")
    monitor.add_argument("--command", dest="call", default="", help="run for each alarm, with the JSON line on stdin")
    monitor.add_argument("--silent-hours", type=int, default=SILENT_HOURS_MAX, help="alarm after so many hours")
    return top


def _kind(
    kinds: argparse._SubParsersAction[argparse.ArgumentParser], name: str, about: str, what: str
) -> argparse.ArgumentParser:
    """Add a command with what all commands share."""
    one = kinds.add_parser(name, help=about, description=f"Verify {about}.")
    one.add_argument(what)
    one.add_argument("--vkey", default="", help="the log's verifier key, or a file with it")
    one.add_argument("--policy", default="", help="file with the trust policy (c2sp.org/tlog-policy)")
    one.add_argument("--json", dest="as_json", action="store_true", help="print one JSON object")
    one.add_argument("--lang", choices=LANGUAGES, default="en", help="language of the sentences")
    return one


if __name__ == "__main__":
    sys.exit(main())
