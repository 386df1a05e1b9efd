"""The commands of the witness, the same in `patogh witness` and in the packed file."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from patogh.kit.tlog.errors import TlogError
from patogh.kit.tlog.note import COSIGNATURE_ED25519, COSIGNATURE_ML_DSA_44, Vkey, is_key_name
from patogh.ledger.witness import limits
from patogh.ledger.witness.errors import Trouble
from patogh.ledger.witness.home import Home
from patogh.ledger.witness.pace import Pace
from patogh.ledger.witness.packing import pack
from patogh.ledger.witness.page import moment
from patogh.ledger.witness.protocol import verifier_of
from patogh.ledger.witness.server import Server

Words = argparse.Namespace


def main(words: Sequence[str], program: str = "witness") -> int:
    """Run one command; 0 is good, 1 is trouble (its sentence on stderr), 2 a mistyped command."""
    given = _parser(program).parse_args(list(words))
    try:
        return int(given.run(given) or 0)
    except Trouble as trouble:
        sys.stderr.write(f"{trouble}\n")
    except OSError as error:
        sys.stderr.write(f"{error}\n")
    return 1


def init(given: Words) -> None:
    """Make a new witness in DIR and print its public key."""
    vkey = Home(given.folder).make(given.name, COSIGNATURE_ML_DSA_44 if given.ml_dsa_44 else COSIGNATURE_ED25519)
    _say(vkey)
    _say(
        f"Send this key to the operators of the logs. The private key lies in {given.folder}/key; nobody else needs it.",
        sys.stderr,
    )


def add_log(given: Words) -> None:
    """Trust a log's key; a second key of the same log is for its rotation. A running witness knows at once."""
    key = _log_key(given.vkey)
    origin = given.origin or key.name
    if not is_key_name(key.name) or not origin.isprintable():
        raise Trouble("the origin is the first line of the log's checkpoints, as it is.")
    signer, store = Home(given.folder).open()
    keys = store.keys_of(origin)
    if key.material == signer.key.material:
        raise Trouble("this is the witness's own key; a log has another.")
    if len(keys) >= limits.KEYS_PER_LOG_MAX and given.vkey not in keys:
        raise Trouble(f"{origin} has {len(keys)} keys already; drop an old one with `drop-key`.")
    if not keys and len(store.logs()) >= limits.LOGS_MAX:
        raise Trouble(f"a witness knows at most {limits.LOGS_MAX} logs.")
    store.add_key(origin, given.vkey)
    _say(f"{origin}: {len(store.keys_of(origin))} key(s)")


def drop_key(given: Words) -> None:
    """Trust a key of a log no longer; what was seen of the log is kept for good."""
    origin = given.origin or _log_key(given.vkey).name
    _signer, store = Home(given.folder).open()
    if given.vkey not in store.keys_of(origin):
        raise Trouble(f"{origin} has no such key; `show` prints the keys.")
    store.drop_key(origin, given.vkey)
    _say(f"{origin}: {len(store.keys_of(origin))} key(s)")


def serve(given: Words) -> None:
    """Answer logs at HOST:PORT until it is stopped; put TLS before it."""
    pace = Pace(given.per_second)
    total = Pace(given.per_second * limits.ALL_TIMES)
    server = Server((given.host, given.port), Home(given.folder).witness(pace), total)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    _say(f"{server.witness.name} listens at {server.url}")
    sys.stdout.flush()
    server.serve_forever(poll_interval=0.2)
    server.server_close()
    server.witness.store.close()


def show(given: Words) -> None:
    """Print the public key, the logs and the newest checkpoint of each."""
    home = Home(given.folder)
    signer, store = home.open()
    logs = [_log(home, store.seen(origin), origin, keys) for origin, keys in store.logs().items()]
    if given.json:
        _say(json.dumps({"name": signer.name, "vkey": signer.vkey, "logs": logs}, ensure_ascii=False, indent=1))
        return
    _say(signer.vkey)
    for log in logs:
        at = moment(log["cosigned_at"]) if log["cosigned_at"] else "never"
        _say(f"{log['origin']}  size {log['size']}  cosigned {at}  {log['evidence']} refused and kept")
        for key in log["vkeys"]:
            _say(f"  {key}")


def evidence(given: Words) -> int:
    """Print the refused requests that were kept; exit status 3 when there are any."""
    found = [one for one in Home(given.folder).shelf.all() if given.origin in ("", one.origin)]
    if given.json:
        _say(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=1))
    else:
        for one in found[: limits.EVIDENCE_SHOWN_MAX]:
            _say(
                f"{moment(one.at)}  {one.origin}  {one.why}\n--- asked\n{one.request}--- cosigned, size {one.cosigned_size}\n{one.cosigned_note}"
            )
        _say(f"{len(found)} refused request(s) kept")
    return 3 if found else 0


def packed(given: Words) -> None:
    """Write the witness as one file that runs with `python3 OUT` where `cryptography` is installed."""
    digest = pack(given.out)
    _say(f"{digest}  {given.out}")


_FOLDER: Final = ("folder", {"type": Path, "metavar": "DIR"})
_JSON: Final = ("--json", {"action": "store_true", "help": "print JSON"})
_KEY: Final = ("--vkey", {"required": True, "help": "the log's public key"})
_ORIGIN: Final = ("--origin", {"default": "", "help": "the log's first line; by default the name in its key"})
Command = tuple[Callable[[Words], int | None], tuple[tuple[str, dict[str, Any]], ...]]
COMMANDS: Final[dict[str, Command]] = {
    "init": (
        init,
        (
            _FOLDER,
            ("--name", {"required": True, "help": "an address without https://, such as example.org/witness"}),
            ("--ml-dsa-44", {"action": "store_true", "help": "a key for the day of quantum computers; lines of 3 kB"}),
        ),
    ),
    "add-log": (add_log, (_FOLDER, _KEY, _ORIGIN)),
    "drop-key": (drop_key, (_FOLDER, _KEY, _ORIGIN)),
    "serve": (
        serve,
        (
            _FOLDER,
            ("--host", {"default": "127.0.0.1", "help": "where to listen (127.0.0.1)"}),
            ("--port", {"type": int, "default": 7380, "help": "where to listen (7380; 0 is any)"}),
            ("--per-second", {"type": float, "default": limits.LOG_REQUESTS_PER_S, "help": "requests of one log (10)"}),
        ),
    ),
    "show": (show, (_FOLDER, _JSON)),
    "evidence": (evidence, (_FOLDER, _ORIGIN, _JSON)),
    "pack": (packed, (("out", {"type": Path, "metavar": "OUT"}),)),
}


def summary(name: str) -> str:
    """Return the sentence of a command."""
    return str(COMMANDS[name][0].__doc__)


def _parser(program: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=program, description="A witness of transparency logs (c2sp.org/tlog-witness)."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, (run, arguments) in COMMANDS.items():
        command = commands.add_parser(name, help=summary(name), description=summary(name))
        for flag, options in arguments:
            command.add_argument(flag, **options)
        command.set_defaults(run=run)
    return parser


def _log_key(vkey: str) -> Vkey:
    """Return a log's key; raises Trouble when it is none."""
    try:
        return verifier_of(vkey).key
    except TlogError as error:
        raise Trouble(f"this is not the public key of a log: {error}.") from error


def _log(home: Home, seen: Any, origin: str, keys: list[str]) -> dict[str, Any]:
    size, at = (seen.size, seen.at) if seen else (0, 0)
    return {"origin": origin, "vkeys": keys, "size": size, "cosigned_at": at, "evidence": home.shelf.count(origin)}


def _say(line: str, to: Any = None) -> None:
    (to or sys.stdout).write(f"{line}\n")
