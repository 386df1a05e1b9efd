import datetime as dt

import pytest

from patogh.channels.connectors import facts
from patogh.channels.connectors.plainly import plain_text
from patogh.channels.connectors.splitting import graphemes, pieces, utf16_units

NOW = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("سلام", 4),
        ("می‌روم", 5),
        ("👨‍👩‍👧‍👦", 1),
        ("🇮🇷🇦🇫", 2),
        ("👍🏽!", 2),
        ("é", 1),
        ("\r\n", 1),
        ("مُحَمَّد", 4),
        ("", 0),
    ],
    ids=["letters", "half-space", "family", "flags", "tone", "accent", "line end", "vowel marks", "nothing"],
)
def test_characters_are_counted_as_people_do(text, count):
    assert len(graphemes(text)) == count


@pytest.mark.parametrize(
    "text",
    ["سلام دنیا. " * 300, "ه" * 3000, "👨‍👩‍👧‍👦" * 200, "a\n\nb " * 400],
    ids=["sentences", "one word", "families", "paragraphs"],
)
@pytest.mark.parametrize(
    "measure", [len, utf16_units, lambda text: len(graphemes(text))], ids=["len", "UTF-16", "graphemes"]
)
def test_pieces_fit_and_lose_nothing_but_blanks(text, measure):
    found = pieces(text, 300, measure)
    assert all(0 < measure(piece) <= 300 for piece in found)
    assert "".join("".join(found).split()) == "".join(text.split())
    assert all(graphemes(piece)[0][0] not in "‍️" for piece in found)


def test_a_short_text_is_one_piece_and_blanks_are_none():
    assert pieces(" سلام ", 10) == ["سلام"]
    assert pieces(" \n ", 10) == []


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>یک</p><p>دو<br>سه</p>", "یک\n\nدو\nسه"),
        ("<ul><li>a<li>b</ul>", "- a\n- b"),
        ("a<script>x</script><style>y</style>b", "ab"),
        ("&lt;b&gt; &amp; &#x202e;", "<b> &"),
        ("<img alt='چرخ'> <a href='x'>پیوند</a>", "چرخ پیوند"),
        ("a\x00b\ud800", "ab"),
        ("<<<<p", "<<<"),
    ],
)
def test_html_becomes_its_words(html, text):
    assert plain_text(html).replace("\u202e", "").strip().startswith(text[:3])
    assert "<script" not in plain_text(html)


@pytest.mark.parametrize("value", [None, "", "x", 1e300, -5, True, [], "2099-01-01T00:00:00Z", float("nan")])
def test_a_moment_that_cannot_be_is_now(value):
    assert facts.moment(value, NOW) == NOW


def test_a_moment_without_a_zone_is_in_utc():
    assert facts.moment("2026-11-22T08:00:00", NOW) == facts.moment("2026-11-22T11:30:00+03:30", NOW)


@pytest.mark.parametrize(
    ("value", "number"),
    [("12", 12), (12, 12), (True, None), ("1" * 30, None), (2**70, None), ("۱۲", None), (1.5, None), ("-3", -3)],
)
def test_only_whole_numbers_are_numbers(value, number):
    assert facts.whole(value) == number


@pytest.mark.parametrize("piece", ["<a ", "<!", "<!--", "<a x='", "</a ", "<![CDATA[", "<a " + "b" * 50])
def test_tags_that_never_end_cost_no_time(piece):
    assert len(plain_text(piece * 40_000)) <= facts.TEXT_CHARS_MAX


def test_comments_are_no_words():
    assert plain_text("a<!-- <p>no</p> -->b<!-- and on") == "ab"
