"""A hook, setting, verb, command or room without documentation fails the build."""

import click
from django.conf import settings  # noqa: F401 - reading the settings fills the list of them

from patogh.activity.registry import verbs
from patogh.conf import cli, env, reference
from patogh.kit.hooks import plugins
from tests.house.source import ROOT, STAIRS


def page(name: str) -> str:
    """Return one page of the documentation."""
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def unsaid(names: list[str], text: str) -> list[str]:
    """Name what a text does not mention."""
    return [name for name in names if f"`{name}" not in text]


def command_names(group: click.Group, before: str = "") -> list[str]:
    """Every command with its words, for example `user cookie`."""
    found = []
    for name, command in group.commands.items():
        found += command_names(command, f"{before}{name} ") if isinstance(command, click.Group) else [f"{before}{name}"]
    return found


def test_every_setting_is_documented():
    assert len(env.SETTINGS) > 20
    assert unsaid(list(env.SETTINGS), page("operate.md")) == []


def test_every_command_is_documented_and_has_help():
    names = command_names(cli.main)
    assert len(names) > 8
    assert unsaid([f"patogh {name}" for name in names], page("operate.md")) == []


def test_every_verb_is_documented():
    assert page("verbs.md") == reference.verbs_page(), "run `make docs`"
    assert unsaid(list(verbs()), page("verbs.md")) == []


def test_every_hook_is_documented():
    hooks = sorted(name for name in vars(plugins.hook) if not name.startswith("_"))
    assert len(hooks) > 3
    assert page("hooks.md") == reference.hooks_page(), "run `make docs`"
    assert unsaid(hooks, page("hooks.md")) == []


def test_every_room_has_its_page():
    assert [room for room in STAIRS if not (ROOT / "docs" / "rooms" / f"{room}.md").exists()] == []


def test_an_unmentioned_setting_is_found():
    assert unsaid(["PATOGH_MOON", "PATOGH_DATA"], page("operate.md")) == ["PATOGH_MOON"]
