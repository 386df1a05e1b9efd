"""Talking: asking, answering, accepting and reacting, live in two browsers, with a keyboard, on a phone, without scripts."""

import re
import uuid

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PHONE


def unlike(words: str) -> str:
    """Return words with something that no other text of the demo holds."""
    return f"{words} {uuid.uuid4().hex[:8]}"


def press(button: Locator) -> None:
    """Press a button and wait for the page that it leads to."""
    with button.page.expect_navigation():
        button.click()


def ask(
    page: Page,
    title: str,
    text: str = "زنجیر نو است و دنده‌ها تنظیم‌اند.\n\nکسی تجربه‌ای دارد؟",
    *,
    kind: str = "question",
) -> str:
    """Ask something and return the path of its conversation."""
    page.goto(f"/new?kind={kind}")
    page.locator(f"#id_kind_{kind}").check()
    page.select_option("#id_space", index=1)
    page.fill("#id_title", title)
    page.fill("#id_text", text)
    page.locator("#compose button.primary").click()
    page.wait_for_url(re.compile(r"/t/\d+/"))
    expect(page.locator("main h1")).to_have_text(title)
    return re.sub(r"https?://[^/]+", "", page.url)


def reply(page: Page, text: str) -> None:
    """Write a reply at the foot of a conversation and see it stand there."""
    page.fill("#reply-text", text)
    page.locator("form[data-compose] button.primary").click()
    expect(page.locator("article.post", has_text=text)).to_be_visible()


def test_a_question_is_answered_and_accepted_live_in_two_browsers(visit):
    asker, helper = visit("mina"), visit("reza")
    path = ask(asker, unlike("صدای تق‌تق از توپی عقب می‌آید، از کجاست؟"))
    helper.goto(path)
    asker.fill("#reply-text", "دارم همین را می‌نویسم و نمی‌خواهم")
    asker.evaluate("scrollTo(0, 40)")
    before = asker.evaluate("[scrollY, document.activeElement.id]")
    answer = unlike("کاستور توپی شل شده؛ با آچار پین سفتش کن.")
    reply(helper, answer)
    expect(asker.locator("article.post", has_text=answer)).to_be_attached()
    after = asker.evaluate("[scrollY, document.activeElement.id]")
    assert before == after, "the page moved or the focus left"
    assert asker.input_value("#reply-text") == "دارم همین را می‌نویسم و نمی‌خواهم"
    asker.fill("#reply-text", "")
    asker.locator("article.post", has_text=answer).locator("button.for-asker").click()
    expect(asker.locator(".accepted")).to_contain_text(answer)
    helper.reload()
    expect(helper.locator(".accepted")).to_contain_text(answer)


def test_a_word_of_thanks_and_a_follow_reach_the_other_as_notices(visit, house):
    writer, reader = visit("hamid"), visit("mina")
    path = ask(writer, unlike("برنامهٔ سرویس رایگان آخر هفته"), kind="discussion")
    reader.goto(path)
    post = reader.locator("article.post").first
    post.locator("a[data-words]").click()
    reader.locator(".menu-open button[data-word=thanks]").click()
    expect(post.locator("button[data-word=thanks]")).to_have_attribute("aria-pressed", "true")
    reader.goto("/@hamid")
    follows = reader.locator(".person-act [class*=done]")
    if follows.count():  # whom the demo's people follow hangs on the hour at which it was loaded
        follows.click()
        expect(follows).to_have_count(0)
    reader.locator(".person-act form button").first.click()
    expect(follows).to_be_visible()
    writer.goto("/notices")
    expect(writer.locator("main")).to_contain_text("مینا رفیعی")


def test_everything_essential_works_without_scripts(visit):
    page = visit("reza", java_script_enabled=False)
    title = unlike("بند ترمز را خودتان عوض می‌کنید؟")
    path = ask(page, title)
    answer = unlike("من همیشه خودم عوض می‌کنم.")
    page.fill("#reply-text", answer)
    page.locator("form[data-compose] button.primary").click()
    expect(page.locator("article.post", has_text=answer)).to_be_visible()
    other = visit("mina", java_script_enabled=False)
    other.goto(path)
    other.locator("article.post a[data-words]").first.click()
    other.locator(
        "[name=word], button[data-word], button[formaction*=reactions], form[action*=reactions] button"
    ).first.click()
    expect(other.locator("main h1")).to_have_text(title)
    other.locator("form[action$='/follow'] button, button[formaction$='/follow']").first.click()
    expect(other.locator("main h1")).to_have_text(title)
    other.goto("/search?q=" + title.split()[-1])
    expect(other.locator("#hits a", has_text=title)).to_be_visible()


def test_the_keyboard_alone_is_enough(visit):
    page = visit("mina")
    page.goto("/talk")
    page.keyboard.press("Tab")
    expect(page.locator("a.skip")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("/")
    expect(page.locator("header .find input")).to_be_focused()
    page.keyboard.type("ترمز")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?**")
    menu = page.locator("header [data-menu] summary")
    menu.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.closest('.menu') !== null")
    page.keyboard.press("Escape")
    expect(menu).to_be_focused()
    page.goto("/new")
    page.locator("#id_title").focus()
    page.keyboard.type("با صفحه‌کلید تنها")
    page.keyboard.press("Tab")
    for _stop in range(3):  # past similar conversations, if some appeared
        if page.evaluate("document.activeElement.id") == "id_text":
            break
        page.keyboard.press("Tab")
    page.keyboard.type("نوشته شد.")
    expect(page.locator("#id_text")).to_have_value(re.compile("نوشته شد"))


def test_a_phone_finds_everything_at_the_thumb(visit):
    page = visit("mina", size=PHONE, has_touch=True, is_mobile=True)
    page.goto("/")
    bar = page.locator("nav.tabbar")
    expect(bar).to_be_visible()
    bar.locator("a[href='/talk']").tap()
    page.wait_for_url("**/talk")
    page.locator("main h3 a").first.tap()
    page.wait_for_url(re.compile(r"/t/\d+/"))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    bar.locator("a.add").tap()
    page.wait_for_url("**/new**")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(page.locator("#id_title")).to_be_visible()


def test_theme_and_language_change_from_the_foot_of_the_page(visit):
    page = visit()
    page.goto("/talk")
    page.locator("footer button[value=dark]").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(25, 23, 19)"
    page.locator("footer button[value=en]").click()
    expect(page.locator("html[lang=en][dir=ltr][data-theme=dark]")).to_be_attached()


def test_a_draft_survives_a_reload_and_an_ended_session(visit, house):
    page = visit("mina")
    page.goto("/talk")
    page.locator("main h3 a").first.click()
    page.wait_for_url(re.compile(r"/t/\d+/"))
    text = unlike("متنی بلند که نباید گم شود، چون نیم ساعت پایش نشسته‌ام.")
    page.fill("#reply-text", text)
    expect(page.locator("form[data-compose] [data-saved]")).not_to_be_empty()
    page.reload()
    expect(page.locator("#reply-text")).to_have_value(text)
    page.context.clear_cookies()
    page.locator("form[data-compose] button.primary").click()
    expect(page.locator("main textarea").first).to_have_value(text)
