"""Runs the outside judges over a fresh copy of the demo and prints a table; exits 1 when one of them is not content."""

import argparse
import time

from tests.audit import tools
from tests.audit.judges import JUDGES, Verdict
from tests.browser.house import served


def main() -> None:
    """Install, ask, print."""
    parser = argparse.ArgumentParser(prog="python -m tests.audit", description=__doc__)
    parser.add_argument(
        "judges", nargs="*", metavar="JUDGE", help=f"some of: {', '.join(JUDGES)}; all when none is named"
    )
    names = parser.parse_args().judges or list(JUDGES)
    if unknown := set(names) - set(JUDGES):
        parser.error(f"no such judge: {', '.join(sorted(unknown))}")
    for sentence in tools.install():
        raise SystemExit(f"audit: {sentence}")
    verdicts: list[Verdict] = []
    with served() as house:
        for name in names:
            began = time.monotonic()
            said = asked(name, house)
            print(f"audit: {name} took {time.monotonic() - began:.0f} s", flush=True)
            verdicts += said
    table(verdicts)
    if not all(verdict.good for verdict in verdicts):
        raise SystemExit("audit: not everybody is content.")


def asked(name: str, house: object) -> list[Verdict]:
    """Ask one judge; one that breaks down is not content."""
    try:
        return JUDGES[name](house)  # type: ignore[arg-type]
    except Exception as error:
        return [Verdict(name, good=False, words=f"broke down: {error!r}"[:300])]


def table(verdicts: list[Verdict]) -> None:
    """Print what everybody said, with the findings below."""
    for verdict in verdicts:
        print(f"{'ok ' if verdict.good else 'NO '} {verdict.judge:<28} {verdict.words}")
    for verdict in verdicts:
        for finding in verdict.findings if not verdict.good else []:
            print(f"    {verdict.judge}: {finding}")


if __name__ == "__main__":
    main()
