"""An idea from a member's phone to its first supporters: proposed, handed in, published, supported, and a support taken back."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE
from tests.browser.test_talking import press, unlike


def begin(page: Page, title: str, call: str = "rekab") -> str:
    """Begin an idea and return the path of its draft."""
    page.goto(f"/ideas/new?programme={call}")
    page.fill("#id_title", title)
    if page.locator("#id_lead").count():
        page.fill("#id_lead", "برای روزهای بارانی که نه می‌شود ایستاد و نه رفت.")
    page.locator("main form button.primary").click()
    page.wait_for_url(re.compile(r"/ideas/\d+/edit"))
    return re.sub(r"https?://[^/]+|[?#].*", "", page.url)


def hand_in(page: Page, path: str) -> None:
    """Write the rest of a draft and hand it in."""
    page.fill("[name=problem]", "آب از چرخ بالا می‌پاشد و پشت لباس را تا شانه خیس می‌کند.")
    page.fill("[name=proposal]", "گلگیری که با یک تکان باز می‌شود و روی تنه جمع می‌ماند.")
    category = page.locator("select[name=category]")
    if category.count():
        category.select_option(index=1)
    press(page.locator("#idea-form button[value=submit]"))
    assert page.locator("[data-failed]").count() == 0, page.locator("[data-failed]").first.inner_text()
    page.goto(path)
    expect(page.locator("main")).to_contain_text(
        re.compile("صف|queue")
    )  # beside this walk, another one lets the same member read English


@pytest.mark.parametrize("has_scripts", [True, False], ids=["with scripts", "without"])
def test_an_idea_comes_from_a_phone_to_the_road_and_gathers(visit, has_scripts):
    kit = {"size": PHONE, "java_script_enabled": has_scripts}
    author, supporter, team = visit("mina", **kit), visit("reza", **kit), visit("ardalan")
    title = unlike("گلگیر تاشو برای روز بارانی")
    draft = begin(author, title)
    hand_in(author, draft)
    idea = draft.removesuffix("/edit")
    assert supporter.goto(idea).status == 404
    team.goto(f"/team{idea}")
    press(team.locator("#publish button.primary"))
    supporter.goto(idea)
    expect(supporter.locator("main h1")).to_contain_text(title)
    bar = supporter.locator(".idea-bar")
    press(bar.locator("button.primary"))
    supporter.goto(idea)
    expect(bar.locator(".btn.done")).to_be_visible()
    expect(bar.locator(".idea-bar-n b")).to_have_text(re.compile("^[۱1]$"))
    supporter.locator("#support form[action$=withdraw]").get_by_role("button").click()
    expect(supporter.locator("#support form[action$=withdraw]").get_by_role("button")).to_be_hidden()
    supporter.goto(idea)
    expect(bar.locator("button.primary")).to_be_visible()
    expect(bar.locator(".idea-bar-n b")).to_have_text(re.compile("^[۰0]$"))


def test_a_title_shows_what_is_like_it_while_it_is_typed(visit):
    page = visit("mina")
    page.goto("/ideas/new?programme=rekab")
    page.locator("#id_title").press_sequentially("خورجین دستباف برای ترک‌بند")
    expect(page.locator("#similar a").first).to_contain_text("خورجین")


def test_a_refusal_at_the_desk_keeps_what_was_typed(visit, house):
    page = visit("ardalan")
    page.goto("/team/ideas")
    page.locator(".desk-queue a").first.click()
    form = page.locator("#return form")
    form.locator("input[name=rule]").first.check()
    form.locator("[name=reason]").fill("اندازه‌ها نیامده است.")
    form.locator("[name=reason_en]").evaluate("(field) => { field.removeAttribute('required'); }")
    press(form.get_by_role("button"))
    expect(page.locator("[data-failed]")).to_be_visible()
    expect(page.locator("#return [name=reason]")).to_have_value("اندازه‌ها نیامده است.")
