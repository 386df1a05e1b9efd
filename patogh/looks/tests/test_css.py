"""The rules of the styles of every room: logical, colours from tokens; each with its planted violation."""

import re

import pytest

from patogh.looks import bundle, contrast

SIDES = "left|right|top|bottom"
RULES = {
    "physical property": re.compile(
        rf"(?:^|[;{{\s])(?:(?:margin|padding|border|scroll-margin|scroll-padding|inset)-(?:{SIDES})(?:-\w+)?|{SIDES})\s*:"
    ),
    "physical size": re.compile(r"(?:^|[;{\s])(?:min-|max-)?(?:width|height)\s*:(?![^;{}]*\))"),
    "physical value": re.compile(r"(?:text-align|float|clear)\s*:\s*(?:left|right)\b|\bto (?:left|right)\b"),
    "physical corner": re.compile(r"border-(?:top|bottom)-(?:left|right)-radius"),
    "shorthand of four sides": re.compile(
        r"(?:margin|padding|inset|border-radius|border-width)\s*:\s*(?:[^\s;{}()]+\s+){3}[^\s;{}()]+\s*[;}]"
    ),
    "colour that is no token": re.compile(r"#[0-9A-Fa-f]{3,8}\b(?![^{}]*\{)|\b(?:rgb|hsl|oklch)a?\("),
}


def faults(css: str) -> list[str]:
    """Return what in a stylesheet breaks the rules."""
    bare = re.sub(r"/\*.*?\*/|@media[^{]*", "", css, flags=re.DOTALL)
    return [f"{rule}: {found.group().strip()}" for rule, pattern in RULES.items() for found in pattern.finditer(bare)]


def sheets():
    found = [path for label, folder in bundle.folders() for path in sorted((folder / label / "css").glob("*.css"))]
    assert found
    return found


@pytest.mark.parametrize("path", sheets(), ids=lambda path: f"{path.parts[-3]}/{path.name}")
def test_every_stylesheet_is_logical_and_takes_its_colours_from_tokens(path):
    assert faults(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "planted",
    [
        ".a{margin-left:4px}", ".a{left:0}", ".a{border-right:1px solid}", ".a{width:10px}", ".a{text-align:right}",
        ".a{padding:1px 2px 3px 4px}", ".a{border-top-left-radius:4px}", ".a{color:#ff0000}",
        ".a{background:linear-gradient(to right,red,blue)}",
    ],
)  # fmt: skip
def test_a_planted_violation_is_found(planted):
    assert faults(planted)


def test_dark_asked_for_and_dark_by_the_system_are_the_same():
    css = contrast.TOKENS.read_text(encoding="utf-8")
    asked, system = re.findall(r"\[data-theme=(?:dark|auto)\]\{(.*?)\}", css, flags=re.DOTALL)
    assert asked.split() == system.split()


def test_light_and_dark_know_the_same_colours():
    themes = contrast.themes()
    assert set(themes["light"]) == set(themes["dark"])


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_promised_pair_of_colours_reads_well(theme):
    assert [pair for pair in contrast.pairs(contrast.themes()[theme]) if pair.ratio < pair.least] == []


def test_contrast_is_the_one_of_wcag():
    assert contrast.ratio("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast.ratio("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


def test_every_token_used_is_defined():
    css = bundle.stylesheet().decode()
    used = set(re.findall(r"var\(--([\w-]+)\)", css))
    assert used - set(re.findall(r"--([\w-]+)\s*:", css)) == set()
