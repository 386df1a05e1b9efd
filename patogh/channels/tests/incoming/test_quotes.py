import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patogh.channels.incoming import quotes

MARKS = {"LRE": "\u202a", "RLE": "\u202b", "PDF": "\u202c", "RLM": "\u200f", "LRM": "\u200e", "FSI": "\u2068"}
MARKS |= {"PDI": "\u2069", "NBSP": "\u00a0", "CR": "\r"}


def samples():
    """Every mail of the corpus: its name, its text, and what its writer said."""
    found = []
    for path in sorted(Path(__file__).with_name("samples").glob("*.txt")):
        text = re.sub(r"\{([A-Z]+)\}", lambda mark: MARKS[mark[1]], path.read_text(encoding="utf-8"))
        for part in re.split(r"^### ", text, flags=re.MULTILINE)[1:]:
            name, _, rest = part.partition("\n")
            mail, _, said = re.split(r"^(===) ?$", rest, maxsplit=1, flags=re.MULTILINE)
            found.append(pytest.param(mail, said.strip("\n"), id=f"{path.stem}: {name.strip()}"))
    return found


@pytest.mark.parametrize(("mail", "said"), samples())
def test_only_the_own_words_of_an_answer_stay(mail, said):
    assert quotes.own_words(mail).text == said


def test_the_corpus_is_large_enough():
    assert len(samples()) >= 60


def test_what_is_taken_off_is_counted():
    assert quotes.own_words("بله\n\nOn 11/2/26 12:30, Mina wrote:\n> A\n> B\n").dropped_lines > 3


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from(["> a", ">> b", "c", "", "-- ", "On 1/1/26 12:30, M <m@x.ir> wrote:", "از: م", "به: ن"]))
)
def test_no_shape_of_mail_makes_it_fall(lines):
    text = quotes.own_words("\n".join(lines)).text
    assert quotes.own_words(text).text is not None


@pytest.mark.parametrize(
    "text", ["> " * 100_000, "On " * 50_000 + "wrote:", "-" * 200_000, "\n" * 200_000, "«" * 100_000]
)
def test_a_hostile_text_is_read_at_once(text):
    assert len(quotes.own_words(text).text) <= len(text)
