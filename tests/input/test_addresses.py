"""Addresses, queries and cursors that nobody's browser made."""

import pytest
from django.urls import get_resolver

from tests.house.access import Deed, body_of, deeds, table
from tests.input.forms import tried_here
from tests.input.sending import encoded, fault

pytestmark = pytest.mark.django_db
NUMBERS = (str(2**31), str(2**63 - 1), str(2**63), "9" * 60, "0")
WORDS = (
    "%00",
    "a%00b",
    "%ff%fe",
    "%ed%a0%80",
    "%e2%80%ae",
    "%e2%80%8b",
    "..%2f..%2fetc",
    "%3Cscript%3E",
    "a" * 1500,
    "%0d%0aX-Evil:1",
    "%25s{{7}}",
    "-",
    "'%20OR%201=1",
)
CURSORS = ("x", "e30", "W10", "AAAA", "W251bGwsMSwwXQ", "WyJcdTAwMDAiLDEsMF0", "Wzk5OTk5OTk5OTk5OTk5OTk5OTk5OSwxLDBd", "WzFlOTk5LDEsMF0", "W1siYSJdLHt9LDFd", "WyI5OTk5LTEyLTMxVDIzOjU5OjU5KzAwOjAwIiwxLDFd", "%ff", "a" * 3000, "[" * 2000)  # fmt: skip
LISTS = ("talk", "talk?by=new", "talk?by=top", "talk?by=unanswered", "s/repair", "tags/زنجیر", "members", "members?by=name", "notices", "me/bookmarks", "@mina", "@mina/topics", "@mina/posts", "@mina/followers", "search?q=زنجیر")  # fmt: skip
ASKED = {"search": "q kind space by tag from to after", "search_suggest": "q", "similar": "title tags", "topic": "page", "topic_posts": "after only", "talk": "by", "members": "q by", "mentions": "q", "tags": "tags", "topic_new": "space kind title text tags", "topic_decisions": "q", "account_login": "next", "home": "by"}  # fmt: skip


def numbered():
    """Every address with a number in it, the number left open."""
    patterns = [str(one.pattern) for group in get_resolver().url_patterns for one in getattr(group, "url_patterns", [])]
    return [pattern for pattern in patterns if "<int:" in pattern and pattern.count("<") <= 2]


def test_no_number_in_an_address_is_too_large(sender):
    """SQLite itself would fall over 2**63."""
    client, wrong = sender("admin").walker.client, []
    for pattern in numbered():
        for number in NUMBERS:
            where = "/" + "".join(
                number if part.startswith("int:") else "x" if ":" in part else part
                for part in pattern.replace(">", "<").split("<")
            )
            answers = (client.get(where), client.post(where), client.post(where, {"_method": "DELETE"}))
            wrong += [f"{where[:70]}: {why}" for response in answers if (why := fault(response))]
    assert wrong == []
    assert len(numbered()) > 25


@pytest.mark.parametrize("place", ["s/{}", "tags/{}", "t/{}", "t/1/{}", "@{}", "@mina/{}", "drafts/{}", "pictures/{}", "media/{}.webp", "avatars/{}.svg", "brand/{}.css", "account/link/{}", "static/{}", "posts/1/reactions/{}", "{}", "s/{}.atom", "tags/{}/follow"])  # fmt: skip
def test_no_word_in_an_address_is_too_strange(sender, place):
    client = sender("member").walker.client
    wrong = [
        f"{word[:20]}: {why}"
        for word in WORDS
        for ask in (client.get, client.post)
        if (why := fault(ask("/" + place.format(word)))) and "says ''" not in why
    ]
    assert wrong == []


@pytest.mark.parametrize("place", LISTS)
def test_a_forged_cursor_is_refused_with_a_sentence_or_left_out(sender, place):
    client, mark = sender("member").walker.client, "&" if "?" in place else "?"
    wrong = [
        f"{side} {cursor[:20]}: {why}"
        for side in ("after", "before")
        for cursor in CURSORS
        if (why := fault(client.get(f"/{place}{mark}{side}={cursor}")))
    ]
    assert wrong == []


@pytest.mark.parametrize("name", ASKED)
def test_nothing_asked_in_an_address_makes_a_page_fall(sender, name):
    somebody, wrong = sender("admin"), []
    where = somebody.walker.address(somebody.routes[name], Deed(name, "GET", "", {**table()[name], "query": ""}), "own")
    for field in ASKED[name].split():
        for kind, text in {
            **tried_here(),
            "long": "کتاب " * 4_000,
            "nested": "(" * 5_000,
            "quotes": '"*"^NEAR(:-OR AND',
        }.items():
            response = somebody.walker.client.get(f"{where}?{encoded({field: text}).decode()}")
            if why := fault(response):
                wrong.append(f"{field} ({kind}): {why}")
            if kind == "markup" and "<script>alert" in body_of(response):
                wrong.append(f"{field} comes back as markup")
    assert wrong == []


def test_every_page_that_is_asked_something_is_in_the_table():
    assert {*ASKED} <= {deed.route for deed in deeds(table()) if deed.method == "GET"}
