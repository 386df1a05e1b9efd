"""Put the `patogh` command beside Python in the virtual environment, pointing at this checkout, without a build step."""

import stat
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Helper processes import the command's file anew (multiprocessing's spawn), so that it runs only where it is called.
COMMAND = """#!{python}
from patogh.conf.cli import main

if __name__ == "__main__":
    main()
"""


def main() -> None:
    """Write the path file and the command."""
    (Path(sysconfig.get_path("purelib")) / "patogh.pth").write_text(f"{ROOT}\n", encoding="utf-8")
    command = Path(sysconfig.get_path("scripts")) / "patogh"
    command.write_text(COMMAND.format(python=sys.executable), encoding="utf-8")
    command.chmod(command.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)


if __name__ == "__main__":
    main()
