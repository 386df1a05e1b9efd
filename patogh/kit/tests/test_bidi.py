"""Which way letters run, compared with another implementation of the same standard (fpdf2's, checked by Unicode's own file)."""

import pytest
from fpdf.bidi import BidiParagraph
from fpdf.enums import TextDirection
from hypothesis import given, settings
from hypothesis import strategies as st

from patogh.kit import bidi

LETTERS = "abZابگی۱۲١19 +-$٪%.,،:؛!؟?«»*\u064b\u0650\u05d0\u200e\u200f"


@given(st.text(LETTERS, min_size=1, max_size=24), st.booleans())
@settings(max_examples=400, deadline=None)
def test_levels_are_those_of_the_standard(text, is_rtl):
    text = text.strip()
    way = TextDirection.RTL if is_rtl else TextDirection.LTR
    expected = [one.embedding_level for one in BidiParagraph(text, way).get_characters_with_embedding_level()]
    assert bidi.levels(text, base=int(is_rtl)) == expected


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("نقشهٔ LEGO", [("LEGO", False), ("نقشهٔ ", True)]),
        ("نقشه LEGO (Technic) است", [(" است", True), ("LEGO (Technic)", False), ("نقشه ", True)]),
        ("می‌روم 12.5", [("12.5", False), ("می‌روم ", True)]),
        ("a road", [("a road", False)]),
        ("", []),
    ],
)
def test_pieces_stand_from_left_to_right(text, seen):
    assert bidi.runs(text) == seen


def test_marks_of_embedding_and_controls_are_taken_out():
    assert bidi.plain("a\u202eb\u2067\x00\nمی\u200cروم") == "abمی\u200cروم"
