"""The real browser of the walks: the system's Chromium, or Debian's package fetched for these tests."""

import os
import shutil
import subprocess

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip
NAMES = ("chromium", "chromium-browser", "google-chrome")


def find() -> str:
    """Return the path of a Chromium, installing Debian's as root when there is none; SystemExit says what to install."""
    if path := _present():
        return path
    if os.getuid() == 0 and shutil.which("apt-get"):
        print("tests: installing Debian's Chromium …", flush=True)
        subprocess.run(["apt-get", "update", "-qq"], check=False, stdout=subprocess.DEVNULL)
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"]
        subprocess.run(
            install, check=False, stdout=subprocess.DEVNULL, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        )
        if path := _present():
            return path
    raise SystemExit("tests: the browser walks need Chromium: sudo apt-get install chromium")


def _present() -> str | None:
    """Return a Chromium that is already here."""
    given = os.environ.get("PATOGH_CHROMIUM", "")
    if given and shutil.which(given):
        return given
    return next((path for name in NAMES if (path := shutil.which(name))), None)
