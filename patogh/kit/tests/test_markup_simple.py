"""The short way through the renderer gives what the long way gives."""

import random

import pytest

from patogh.kit import markup
from patogh.kit.markup import rendering

WORDS = [
    "سلام",
    "دوستان",
    "می‌رویم",
    "کوهِ؛",
    "خانهٔ",
    "۱٫۵",
    "طبعاً",
    "+۹۸",
    "چای‌خانه",
    "(قدیمی)",
    "کجاست؟",
    "12",
    "۱۲٪",
    "e.g.",
    "it's",
    "a:b",
    "http:",
    "well-known",
    "…",
    "«بله!»",
    '("no")',
]
PIECES = [
    " ",
    " ",
    " ",
    "\n",
    "\n\n",
    "\n\n\n",
    ", ",
    ". ",
    " - ",
    "  ",
    "1. ",
    "\n- ",
    "\n1) ",
    ": ",
    "!",
    '"',
    "_",
    "\n ",
    "\t",
    "&",
    "\u00a0",
    "@sara ",
    "http://a.example ",
]


def long_way(text, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(rendering, "_SIMPLE", rendering.re.compile(r"(?!)"))
        return markup.render(text)


def test_both_ways_agree_on_made_texts(monkeypatch):
    chance, short = random.Random(7), 0
    for _ in range(4000):
        calm = chance.random() < 0.5
        pieces = PIECES[:9] if calm else PIECES
        text = "".join(chance.choice(WORDS) + chance.choice(pieces) for _ in range(chance.randrange(1, 12)))
        short += bool(rendering._SIMPLE.fullmatch(text))
        assert markup.render(text) == long_way(text, monkeypatch), repr(text)
    assert short > 200


@pytest.mark.parametrize(
    "text",
    [
        "سلام",
        "a\nb",
        "\n\na",
        "a\n\n\nb\n",
        "می‌روم.\nباشد؟",
        "a (b) c/d",
        "x" * 5000,
        "a\n===",
        "a\n---",
        "a ",
        "www.a.example",
    ],
)
def test_both_ways_agree_at_the_edges(text, monkeypatch):
    assert markup.render(text) == long_way(text, monkeypatch)


def test_a_long_hostile_text_takes_the_long_way_at_once():
    assert rendering._SIMPLE.fullmatch("a" * 49_000 + "*") is None
    assert rendering._SIMPLE.fullmatch("a\n" * 20_000 + "*") is None
