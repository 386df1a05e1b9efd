"""`make drill`: every drill as it should pass, then as it is broken on purpose, where it must fail."""

import subprocess
import sys
import time

DRILLS = ("kill9", "slow", "copying", "diskfull", "errors", "power")


def passes(drill: str, *words: str) -> bool:
    """Run one drill in a process of its own."""
    return subprocess.run([sys.executable, "-m", f"tests.drills.{drill}", *words], check=False).returncode == 0


def main() -> int:
    """Run all drills, or those that are named; return the exit code."""
    chosen = [drill for drill in DRILLS if drill in sys.argv[1:]] or list(DRILLS)
    began, wrong = time.monotonic(), []
    for drill in chosen:
        print(f"== {drill}", flush=True)
        if not passes(drill):
            wrong.append(f"{drill} failed")
        if passes(drill, "--broken"):
            wrong.append(f"{drill} passed although it was broken on purpose")
    print(f"== {len(chosen)} drills in {time.monotonic() - began:.0f} s: {'; '.join(wrong) or 'nothing was lost'}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
