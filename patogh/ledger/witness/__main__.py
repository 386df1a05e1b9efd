"""The witness as a program of its own: `python3 -m patogh.ledger.witness`, and the packed file."""

from __future__ import annotations

import sys


def run() -> int:
    """Start the command line when what it needs is installed."""
    try:
        from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: F401 - a plain sentence before a traceback
    except ImportError:
        sys.stderr.write("The witness needs one library: python3 -m pip install cryptography\n")
        return 1
    from patogh.ledger.witness.commands import main

    return main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(run())
