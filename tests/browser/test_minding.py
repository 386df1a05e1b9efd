"""Minding the place: moderators decide with undo, authors edit with a history, members keep their profile."""

import base64
import re

from playwright.sync_api import Page, expect

from tests.browser.test_talking import ask, press, reply, unlike

# A red dot of 8 × 8 pixels.
DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEklEQVR4nGP4z8CAFWEXHbQSACj/P8Fu7N9hAAAAAElFTkSuQmCC"
)
PASTE = """(bytes) => {
  const data = new DataTransfer();
  data.items.add(new File([new Uint8Array(bytes)], "dot.png", {type: "image/png"}));
  document.activeElement.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""


def test_a_moderator_closes_moves_and_hides_and_takes_each_back(visit):
    page = visit("navid")
    path = ask(page, unlike("این گفت‌وگو برای تمرین ناظم است"), kind="discussion")
    desk = re.sub(r"(/t/\d+).*", r"\1/decisions", path)
    for form in ("closure", "pin", "trash"):
        page.goto(desk)
        page.fill(f"#why_{form}", "برای تمرین")
        press(page.locator(f"form:has(#why_{form}) button"))
        page.goto(desk)
        line = page.locator("ul.rules li").first
        expect(line).to_contain_text("برای تمرین")
        press(line.locator("form button"))
        page.goto(desk)
        expect(page.locator("ul.rules li form")).to_have_count(0)
    to = str(page.locator("#id_space option").nth(1).get_attribute("value"))
    was = moved(page, desk, path, to)
    assert moved(page, desk, path, was) == to
    expect(page.locator(f".crumbs a[href='/s/{was}']").first).to_be_visible()


def moved(page: Page, desk: str, path: str, to: str) -> str:
    """Move the conversation to another space and return the slug of the one where it was."""
    page.goto(path)
    was = str(page.locator(".crumbs a[href^='/s/']").first.get_attribute("href")).removeprefix("/s/")
    page.goto(desk)
    page.select_option("#id_space", to)
    press(page.locator("form:has(#why_move) button"))
    page.goto(path)
    return was


def test_an_edit_keeps_what_was_said_before(visit):
    page = visit("mina")
    ask(page, unlike("ویرایش می‌کنم تا تاریخچه بماند"), "باد لاستیک عقب را روی شصت بگذار.")
    first = page.locator("article.post").first.get_attribute("data-post")
    page.goto(f"/posts/{first}/edit")
    page.fill("#id_text", "باد لاستیک عقب را روی هفتاد بگذار.")
    page.fill("#id_why", "عدد را اشتباه نوشته بودم")
    press(page.locator("form:has(#id_text) button.primary"))
    expect(page.locator("article.post").first).to_contain_text("هفتاد")
    page.goto(f"/posts/{first}/revisions")
    expect(page.locator("main")).to_contain_text("هفتاد")


def test_a_picture_is_pasted_described_and_shown(visit):
    page = visit("reza")
    page.goto("/new?kind=show")
    page.locator("#id_kind_show").check()
    page.select_option("#id_space", index=1)
    title = unlike("نقطهٔ سرخ روی تنه")
    page.fill("#id_title", title)
    page.fill("#id_text", "این را ببینید:")
    page.locator("#id_text").focus()
    page.evaluate(PASTE, list(DOT))
    page.fill("#alt-text", "یک نقطهٔ سرخ")
    page.locator("dialog button[value=put]").click()
    expect(page.locator("#id_text")).to_have_value(re.compile(r"!\[یک نقطهٔ سرخ\]\(/media/"))
    page.locator("#compose button.primary").click()
    picture = page.locator("article.post img[alt='یک نقطهٔ سرخ']")
    expect(picture).to_be_visible()
    # The element stands there before its bytes do: wait until they are drawn.
    assert picture.evaluate("(img) => img.decode().then(() => img.naturalWidth)") == 8


def test_a_profile_and_its_photo_and_settings_are_changed(visit):
    page = visit("reza")
    page.goto("/me/settings/profile")
    page.fill("#id_bio", "جمعه‌ها پای پل خواجو؛ چای با من.")
    page.fill("#id_place", "اصفهان، خواجو")
    page.locator("form:has(#id_bio) button.primary").click()
    expect(page.locator("[role=status]")).to_be_visible()
    page.set_input_files("#id_photo", {"name": "dot.png", "mimeType": "image/png", "buffer": DOT})
    press(page.locator("form:has(#id_photo) button"))
    expect(page.locator("main img[src*='/media/avatars/']").first).to_be_visible()
    page.goto("/me/settings")
    page.locator("input[name=calendar][value=gregorian]").check()
    press(page.locator("main form button.primary"))
    page.goto("/@reza")
    expect(page.locator("main")).to_contain_text("چای با من")
    page.goto("/me/settings")
    page.locator("input[name=calendar][value=jalali]").check()
    press(page.locator("main form button.primary"))


def test_a_mention_is_offered_and_reaches_whoever_is_named(visit):
    writer, named = visit("hamid"), visit("reza")
    path = ask(writer, unlike("چه کسی جمعه می‌آید؟"), kind="discussion")
    writer.locator("#reply-text").press_sequentially("سلام @rez", delay=30)
    expect(writer.locator("[role=listbox] [role=option]").first).to_contain_text("reza")
    writer.keyboard.press("Enter")
    writer.locator("#reply-text").press_sequentially(" می‌آیی؟")
    writer.locator("form[data-compose] button.primary").click()
    expect(writer.locator("article.post a[href='/@reza']").first).to_be_visible()
    named.goto(path)
    reply(named, unlike("بله، هفت و نیم."))
    named.goto("/notices")
    expect(named.locator("main")).to_contain_text("حمید یزدی")
