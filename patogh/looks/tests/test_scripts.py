"""Scripts are small, import nothing, and no page carries any inline."""

import re
from pathlib import Path

import pytest

from patogh.looks import bundle, jinja

PACKAGE = Path(__file__).resolve().parents[2]
LINES_MAX = 60
INLINE = re.compile(
    r"""<script(?![^>]*\b(?:src=|type="application/(?:ld\+)?json"))[^>]*>|<style\b|\sstyle\s*=\s*["']|\son[a-z]+\s*=\s*["']|javascript:"""
)
ICON = re.compile(r"""\bicon(?:_of)?\(\s*["']([\w-]+)["']|\bicon\s*=\s*["']([\w-]+)["']""")


def scripts():
    return [path for label, folder in bundle.folders() for path in sorted((folder / label / "js").glob("*.js"))]


def templates():
    """Return every page template; mails are read where no policy holds and styles must be inline."""
    return sorted(path for path in PACKAGE.glob("*/templates/**/*.html") if "mail" not in path.parts)


@pytest.mark.parametrize("path", scripts(), ids=lambda path: f"{path.parts[-3]}/{path.name}")
def test_a_behaviour_is_short_and_stands_alone(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LINES_MAX
    assert not re.search(r"^\s*(?:import|export)\b", text, flags=re.MULTILINE)
    assert "eval(" not in text


def test_no_template_carries_inline_script_style_or_handler():
    assert [
        (path.name, INLINE.findall(path.read_text(encoding="utf-8")))
        for path in templates()
        if INLINE.search(path.read_text(encoding="utf-8"))
    ] == []


@pytest.mark.parametrize(
    "planted", ["<script>x()</script>", '<p style="color:red">', "<a onclick='x()'>", '<a href="javascript:x()">']
)
def test_a_planted_inline_is_found(planted):
    assert INLINE.search(planted)


def test_every_icon_that_a_template_names_is_in_the_sprite():
    named = {
        name for path in templates() for pair in ICON.findall(path.read_text(encoding="utf-8")) for name in pair if name
    }
    assert named - jinja.icon_names() == set()


def test_every_mirrored_icon_is_in_the_sprite():
    assert jinja.MIRRORED - jinja.icon_names() <= {"redo-2"}


def test_an_unknown_icon_is_refused():
    with pytest.raises(LookupError, match="no-such-drawing"):
        jinja.icon("no-such-drawing")


def test_an_icon_with_a_direction_turns_and_a_check_does_not():
    assert "flip" in jinja.icon("arrow-right")
    assert "flip" not in jinja.icon("check")
