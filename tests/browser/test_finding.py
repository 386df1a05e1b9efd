"""Finding: search as people type, and a community that came from elsewhere."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.test_talking import reply, unlike

SAMPLE = Path(__file__).with_name("coffee.xml")


@pytest.mark.parametrize(("asked", "found"), [("زنجیرها", "زنجیر"), ("ترمزهاي", "ترمز"), ("می رکابم", "رکاب")])
def test_search_finds_however_it_is_spelled(visit, asked, found):
    page = visit()
    page.goto("/search")
    page.fill("#id_q", asked)
    page.keyboard.press("Enter")
    expect(page.locator("#hits mark").first).to_contain_text(found)


def test_search_answers_while_one_types(visit):
    page = visit(language="en")
    page.goto("/search")
    page.locator("#id_q").press_sequentially("ترمز", delay=30)
    expect(page.locator("[role=listbox] [role=option]").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: not url.endswith("/search"))


def test_similar_conversations_appear_while_a_title_is_typed(visit):
    page = visit("mina")
    page.goto("/new")
    page.fill("#id_title", "")  # mina left a draft here
    page.locator("#id_title").press_sequentially("صدای زنجیر از کجاست", delay=20)
    expect(page.locator("#similar a").first).to_be_visible()


def test_an_imported_community_is_searched_read_and_answered(visit, house):
    house.patogh("import", "stackexchange", str(SAMPLE), "--space", "Coffee")
    page = visit("reza", language="en")
    page.goto("/search?q=espresso")
    page.get_by_role("link", name="Which grinder for one cup").click()
    expect(page.locator(".accepted")).to_contain_text("forty turns")
    reply(page, unlike("The same happens with my moka pot; a finer grind helped."))
