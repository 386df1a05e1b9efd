"""Fetches the judges into .audit/: from npm, from PyPI, and where we are root from Debian."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / ".audit"
NODE = {
    "vnu-jar": "26.9.27", "lighthouse": "12.8.2", "@mdn/mdn-http-observatory": "1.4.8",
    "@stoplight/spectral-cli": "6.16.3", "@stoplight/spectral-owasp-ruleset": "2.0.1",
}  # fmt: skip
WAPITI = "wapiti3==3.2.3"
# Debian's packages, by the command that each brings.
DEBIAN = {"node": "nodejs", "npm": "npm", "java": "default-jre-headless", "sqlmap": "sqlmap", "openssl": "openssl"}


def install() -> list[str]:
    """Install what is missing; return a sentence for each judge that cannot be had here."""
    HOME.mkdir(exist_ok=True)
    return [sentence for sentence in (_from_debian(), _from_npm(), _from_pypi()) if sentence]


def run(command: list[object], *, timeout_s: int = 300, **more: str) -> "subprocess.CompletedProcess[str]":
    """Run one command and keep what it says; `more` are environment variables."""
    words = [str(word) for word in command]
    return subprocess.run(
        words, cwd=HOME, env={**os.environ, **more}, capture_output=True, text=True, timeout=timeout_s, check=False
    )


def _from_debian() -> str:
    missing = [package for command, package in DEBIAN.items() if not shutil.which(command)]
    if not missing:
        return ""
    if os.getuid() != 0 or not shutil.which("apt-get"):
        return f"install these first: sudo apt-get install {' '.join(missing)}"
    print(f"audit: installing {' '.join(missing)} …", flush=True)
    run(["apt-get", "update", "-qq"])
    run(
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing],
        timeout_s=600,
        DEBIAN_FRONTEND="noninteractive",
    )
    left = [package for command, package in DEBIAN.items() if not shutil.which(command)]
    return f"Debian did not give: {' '.join(left)}" if left else ""


def _from_npm() -> str:
    wanted = [
        f"{name}@{version}"
        for name, version in NODE.items()
        if not (HOME / "node_modules" / name / "package.json").exists()
    ]
    if not wanted or not shutil.which("npm"):
        return "" if not wanted else "npm is missing"
    print(f"audit: installing {' '.join(wanted)} …", flush=True)
    if not (HOME / "package.json").exists():
        (HOME / "package.json").write_text('{"private": true}\n')
    done = run(
        ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--save-exact", *wanted], timeout_s=600
    )
    return f"npm: {done.stderr.strip()[-300:]}" if done.returncode else ""


def _from_pypi() -> str:
    if (HOME / "py" / "bin" / "wapiti").exists():
        return ""
    print(f"audit: installing {WAPITI} …", flush=True)
    run([sys.executable, "-m", "venv", HOME / "py"])
    done = run(
        [HOME / "py" / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", WAPITI], timeout_s=600
    )
    return f"pip: {done.stderr.strip()[-300:]}" if done.returncode else ""
