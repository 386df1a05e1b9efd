"""`make drill`: every drill in full, then as it is broken on purpose, where it must fail; a table at the end."""

import json
import subprocess
import sys
import time
from typing import Any

from tests.drills import DRILLS

COLUMNS = ("drill", "faults", "acked", "lost", "duplicates", "secs")


def run(drill: str, *words: str) -> dict[str, Any]:
    """Run one drill in a process of its own and return the line that it printed."""
    command = [sys.executable, "-m", f"tests.drills.{drill}", *words]
    done = subprocess.run(command, check=False, stdout=subprocess.PIPE, text=True)
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    print(lines[-1] if lines else f"{drill}: no line, exit code {done.returncode}", flush=True)
    return json.loads(lines[-1]) if lines else {"drill": drill, "passed": False}


def main() -> int:
    """Run all drills, or those that are named; return the exit code."""
    chosen = [drill for drill in DRILLS if drill in sys.argv[1:]] or list(DRILLS)
    began, wrong, rows = time.monotonic(), [], []
    for drill in chosen:
        whole, broken = run(drill, "--long"), run(drill, "--broken")
        verdict = "ok" if whole["passed"] and not broken["passed"] else "WRONG"
        if not whole["passed"]:
            wrong.append(f"{drill} failed")
        if broken["passed"]:
            wrong.append(f"{drill} passed although it was broken on purpose")
        rows.append([*(str(whole.get(column, "")) for column in COLUMNS), _told(broken), verdict])
    _print_table([[*COLUMNS, "broken on purpose", "verdict"], *rows])
    print(f"{len(chosen)} drills in {time.monotonic() - began:.0f} s: {'; '.join(wrong) or 'nothing was lost'}")
    return 1 if wrong else 0


def _told(broken: dict[str, Any]) -> str:
    return f"{broken.get('lost', '?')} lost, {broken.get('duplicates', '?')} doubled"


def _print_table(rows: list[list[str]]) -> None:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


if __name__ == "__main__":
    sys.exit(main())
