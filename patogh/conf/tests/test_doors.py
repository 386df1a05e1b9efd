"""Commands start Django by one door, which knows where the settings and the data are."""

from pathlib import Path

COMMANDS = Path(__file__).parent.parent / "cli"


def test_no_command_starts_django_by_itself():
    beside = {path.name for path in COMMANDS.rglob("*.py") if "django.setup()" in path.read_text("utf-8")}
    assert beside == {"base.py"}
