"""The verifying commands, as `patogh book …` and as the single file that a partner runs; each returns its exit status."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from patogh.ledger.verify.errors import CannotRead
from patogh.ledger.verify.log import Progress, Question
from patogh.ledger.verify.log import verify as verify_log
from patogh.ledger.verify.monitor import SILENT_HOURS_MAX, Monitor
from patogh.ledger.verify.receipts import verify_proof, verify_receipt
from patogh.ledger.verify.report import ALL_PROVED, SOMETHING_WRONG, UNREADABLE, Report
from patogh.ledger.verify.sources import read_file
from patogh.ledger.verify.trust import Trust
from patogh.ledger.verify.words import sentence

COMMAND_TIMEOUT_S_MAX: Final = 60
_BAR_CHARS: Final = 30
_KEY: Final = re.compile(r"\S+\+[0-9a-f]{8}\+\S+")


@dataclass(frozen=True)
class Manner:
    """Whom to trust, and how to speak."""

    vkey: str = ""
    policy: str = ""
    as_json: bool = False
    lang: str = "en"

    def trust(self) -> Trust:
        """Read key and policy."""
        return Trust.of(self.key(), self.rules())

    def key(self) -> str:
        """Return the verifier key, or those of a file, one a line; a key has its hash between two plus signs."""
        if self.vkey and not _KEY.match(self.vkey.strip()):
            return read_file(self.vkey).decode("utf-8", "replace")
        return self.vkey

    def rules(self) -> bytes | None:
        """Return the policy's text."""
        return read_file(self.policy) if self.policy else None


def verify(manner: Manner, where: str, *, state: str = "", keep: str = "", processes: int = 0) -> int:
    """Verify a whole log."""

    def run() -> Report:
        question = Question(where, manner.key(), manner.rules(), state, keep, processes)
        with _bar() as progress:
            return verify_log(question, progress)

    return _told(manner, run)


def proof(manner: Manner, file: str, *, entry: str = "") -> int:
    """Verify one .tlog-proof."""

    def run() -> Report:
        known = read_file(entry) if entry else None
        return verify_proof(file, read_file(file), manner.trust(), known)

    return _told(manner, run)


def receipt(manner: Manner, file: str) -> int:
    """Verify one receipt."""
    return _told(manner, lambda: verify_receipt(file, read_file(file), manner.trust()))


def monitor(
    manner: Manner, where: str, state: str, *, every_s: int = 0, command: str = "", hours: int = SILENT_HOURS_MAX
) -> int:
    """Follow a log: one look, or one each `every_s` seconds until interrupted; each look prints one JSON line."""
    try:
        watcher = Monitor(where, manner.trust(), Path(state).expanduser(), hours)
        while True:
            turn = watcher.look()
            _say(json.dumps(turn.line, ensure_ascii=False))
            if turn.alarms and command:
                _call(command, turn.line)
            if not every_s:
                return SOMETHING_WRONG if turn.alarms else ALL_PROVED
            time.sleep(every_s)
    except CannotRead as error:
        return _unreadable(error, manner)
    except KeyboardInterrupt:
        return ALL_PROVED


def _told(manner: Manner, run: Callable[[], Report]) -> int:
    """Run a verification, print its report and return its exit status."""
    try:
        report = run()
    except CannotRead as error:
        return _unreadable(error, manner)
    if manner.as_json:
        _say(json.dumps(report.as_json(manner.lang), ensure_ascii=False, default=str))
    else:
        _say("\n".join(report.lines(manner.lang)))
    return report.status


def _unreadable(error: CannotRead, manner: Manner) -> int:
    """Say what cannot be read."""
    said = sentence(error.code, manner.lang, **error.told)
    if manner.as_json:
        _say(json.dumps({"status": UNREADABLE, "code": error.code, "sentence": said}, ensure_ascii=False))
    sys.stderr.write(f"patogh: {said}\n")
    return UNREADABLE


def _say(text: str) -> None:
    """Print at once, also where a pipe reads along."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _call(command: str, line: dict[str, Any]) -> None:
    """Run the operator's command for an alarm: the JSON line on its stdin, the kinds in PATOGH_ALARM."""
    environment = {**os.environ, "PATOGH_ALARM": ",".join(line["alarms"])}
    try:
        subprocess.run(  # noqa: S603 - the operator's own command, from their own command line
            shlex.split(command),
            input=json.dumps(line, ensure_ascii=False).encode(),
            env=environment,
            timeout=COMMAND_TIMEOUT_S_MAX,
            check=False,
        )
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        sys.stderr.write(f"patogh: the command for alarms could not be run: {error}\n")


@contextmanager
def _bar() -> Iterator[Progress | None]:
    """Give a progress bar on stderr, where that is a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    done = 0

    def progress(count: int, size: int) -> None:
        nonlocal done
        done += count
        filled = _BAR_CHARS * done // max(size, 1)
        bar = "#" * filled + "-" * (_BAR_CHARS - filled)
        sys.stderr.write(f"\r[{bar}] {done:,} / {size:,}")
        sys.stderr.flush()

    try:
        yield progress
    finally:
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()
