"""The judges of what is sent in: spectral with the OWASP ruleset on the description, and schemathesis with many examples."""

import json
import os
import re
import subprocess
import sys

from tests.audit import tools
from tests.browser.house import House

RULES = 'extends: ["spectral:oas", "@stoplight/spectral-owasp-ruleset"]\n'
EXAMPLES = "25"


def spectral(_house: House) -> tuple[bool, str, list[str]]:
    """Lint the description: no error; warnings are counted."""
    described = tools.HOME / "openapi.json"
    done = subprocess.run(
        [sys.executable, "-m", "patogh.conf.cli", "openapi"],
        cwd=tools.ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    described.write_text(done.stdout, encoding="utf-8")
    (tools.HOME / ".spectral.yaml").write_text(RULES)
    said = tools.HOME / "spectral.json"
    tools.run(["npx", "--no-install", "spectral", "lint", "-r", ".spectral.yaml", described, "-f", "json", "-o", said])
    found = json.loads(said.read_text(encoding="utf-8"))
    errors = [
        f"{one['code']}: {one['message']} at {'/'.join(map(str, one['path']))}" for one in found if one["severity"] == 0
    ]
    return not errors, f"{len(errors)} errors, {len(found) - len(errors)} warnings", errors[:20]


def schemathesis(_house: House) -> tuple[bool, str, list[str]]:
    """Ask every operation with many examples: no server error, nothing that is not described."""
    return _tested("patogh/api/tests/test_schema.py", PATOGH_API_EXAMPLES=EXAMPLES)


def forms(_house: House) -> tuple[bool, str, list[str]]:
    """Try every kind of hostile text in every field, where `make test` gives each field a third of mere letters."""
    return _tested("tests/input/test_forms.py", PATOGH_EVERY_KIND="1")


def _tested(file: str, **more: str) -> tuple[bool, str, list[str]]:
    """Run a file of tests, more thoroughly than in every run."""
    command = [sys.executable, "-m", "pytest", file, "-q", "-n2", "-p", "no:randomly"]
    environment = {**os.environ, **more}
    done = subprocess.run(
        command, cwd=tools.ROOT, env=environment, capture_output=True, text=True, timeout=3600, check=False
    )
    last = (
        re.sub(r"=+", "", done.stdout.strip().splitlines()[-1]).strip() if done.stdout.strip() else done.stderr[-200:]
    )
    return done.returncode == 0, last, done.stdout.splitlines()[-20:]
