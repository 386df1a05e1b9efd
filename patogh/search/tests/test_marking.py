"""Marks stand on the text as it was written."""

import pytest

from patogh.search import queries
from patogh.search.marking import marked, snippet
from patogh.search.queries import wording


def said(text: str, typed: str) -> str:
    return str(marked(text, wording.read(typed).groups()))


@pytest.mark.parametrize(
    ("text", "typed", "wanted"),
    [
        ("كتاب‌هاي خوب", "کتابها", "<mark>كتاب‌هاي</mark> خوب"),
        ("چرخ ۱۲ اینچ", "12", "چرخ <mark>۱۲</mark> اینچ"),
        ("روغنِ زنجـیر", "زنجیر", "روغنِ <mark>زنجـیر</mark>"),
        ("می روم خانه", "میروم", "<mark>می روم</mark> خانه"),
        ("روغن زنجیر", "روغن زنجیر", "<mark>روغن زنجیر</mark>"),
        ('<b>زنجیر</b> & "x"', "زنجیر", "&lt;b&gt;<mark>زنجیر</mark>&lt;/b&gt; &amp; &#34;x&#34;"),
    ],
)
def test_hits_are_marked_as_written(text, typed, wanted):
    assert said(text, typed) == wanted


def test_a_snippet_shows_the_place_where_the_words_stand_together():
    text = "زنجیر " + "چیزی دیگر " * 80 + "روغن زنجیر همین‌جاست " + "و باز هم " * 80
    shown = snippet(text, wording.read("روغن زنجیر").groups())
    assert "<mark>روغن زنجیر</mark>" in shown
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert len(shown.striptags()) < 260


def test_nothing_hostile_passes_a_snippet(put):
    put(1, "<script>alert(1)</script> زنجیر", '<img src=x onerror="alert(1)"> زنجیر')
    (hit,) = queries.search("زنجیر", audiences=["public"]).hits
    assert "<script" not in hit.title
    assert "<img" not in hit.snippet
    assert "<mark>زنجیر</mark>" in hit.title
