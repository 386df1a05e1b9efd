"""The share card: a picture with words, on machines that have no library for Arabic letters too."""

import io
from types import SimpleNamespace

import pytest
from PIL import Image, ImageFont, features

from patogh.ideas import card
from patogh.ideas.lettering import Face
from patogh.ideas.tests.making import gathering, programme

SENTENCE = "نشان‌بان: نقشهٔ LEGO (Technic) با ۲۵ پله"


@pytest.fixture
def idea(member, owner):
    """An idea of Mina's that gathers."""
    return gathering(member, programme(owner), by=owner)


def ink(mask) -> int:
    return sum(count for value, count in enumerate(mask.histogram()) if value > 127)


def test_a_card_without_words_is_another_picture(client, idea, monkeypatch):
    with_words = Image.open(io.BytesIO(client.get(f"/ideas/{idea.pk}/card.png").content))
    monkeypatch.setattr(card, "_line", lambda *_words, **_more: None)
    card._kept.clear()
    without = Image.open(io.BytesIO(client.get(f"/ideas/{idea.pk}/card.png").content))
    assert with_words.size == without.size == (card.WIDTH, card.HEIGHT)
    assert with_words.tobytes() != without.tobytes()
    card._kept.clear()


def test_words_need_nothing_of_the_system(monkeypatch):
    expected = Face(58, is_bold=True).drawn(SENTENCE).tobytes()
    monkeypatch.setattr(features, "check", lambda _feature: False)
    monkeypatch.setattr(ImageFont, "truetype", None)
    assert Face(58, is_bold=True).drawn(SENTENCE).tobytes() == expected


def test_letters_are_joined_and_halves_are_not():
    face = Face(58, is_bold=True)
    apart = sum(face.width(letter) for letter in "مینا")
    assert face.width("مینا") < apart
    assert face.drawn("می‌روم").tobytes() != face.drawn("میروم").tobytes()


def test_persian_begins_at_the_right():
    mask = Face(58, is_bold=True).drawn("آ ........ LEGO")
    assert ink(mask.crop((mask.width * 3 // 4, 0, mask.width, mask.height))) < ink(
        mask.crop((0, 0, mask.width // 4, mask.height))
    )


@pytest.mark.parametrize("text", ["", " ", "🎉🎉", "\u202e", "\x00", "𓀀"])
def test_what_the_font_cannot_draw_is_left_out(text):
    face = Face(30, is_bold=False)
    assert face.words(f"الف {text}") == "الف"
    assert ink(face.drawn(f"الف {text}")) == ink(face.drawn("الف"))


@pytest.mark.parametrize("text", ["", "🎉"])
def test_nothing_to_draw_is_nothing(text):
    assert Face(30, is_bold=False).drawn(text) is None


def test_long_titles_are_cut_to_the_card():
    for words in ("واژه " * 60, "x" * 500, "می‌" * 200):
        lines = card.wrapped(words, card.TITLE, 600)
        assert len(lines) <= card.LINES_MAX
        assert all(card.TITLE.width(line) <= 640 for line in lines)


@pytest.mark.parametrize(("hides", "lines"), [(True, 3), (False, 4)])
def test_hidden_counts_are_not_in_the_picture(idea, monkeypatch, hides, lines):
    said = []
    monkeypatch.setattr(card, "_line", lambda _pen, text, *_place, **_more: said.append(text))
    viewer = SimpleNamespace(language="fa", digits="fa")
    card._words(None, SimpleNamespace(idea=idea, makers=[], hides_count=hides), "گرد می‌آید", viewer, 900)
    assert len(said) == lines
