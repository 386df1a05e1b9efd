"""The hangout governs itself: reports, the queue by keyboard, reasons, appeals, held posts and blocks."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE
from tests.browser.test_joining import join, new_address
from tests.browser.test_talking import ask, press, reply, unlike


def test_a_report_a_decision_an_appeal_and_its_answer(visit):
    author, reader, moderator, other = visit("arash"), visit("sara"), visit("navid"), visit("yasaman")
    title = unlike("کلاه ایمنی فقط برای ترسوهاست")
    path = ask(author, title, "هر که کلاه می‌گذارد دوچرخه‌سوار نیست.", kind="discussion")
    report(reader, path)
    open_by_keyboard(moderator, title)
    moderator.keyboard.press("h")
    expect(moderator.locator("#id_what_hide")).to_be_checked()
    moderator.select_option("select[name=reason]", "insult")
    moderator.fill("textarea[name=words]", "به کسانی که کلاه می‌گذارند بی‌احترامی است.")
    moderator.locator("form[data-decide] button.primary").focus()
    with moderator.expect_navigation():
        moderator.keyboard.press("Enter")
    expect(moderator.locator("form[action*='/review/batches/'] button")).to_be_visible()
    appeal(author, title)
    other.goto("/review?kind=appeal")
    press(other.locator(".queue a", has_text=title))
    other.keyboard.press("a")
    other.fill("textarea[name=answer]", "لحن تند بود، ولی توهین نبود.")
    press(other.locator("form[data-decide] button.primary"))
    author.goto("/me/moderation")
    expect(author.locator("main")).to_contain_text("برداشته شد")
    reader.goto(path)
    expect(reader.locator("main h1")).to_have_text(title)


def report(page: Page, path: str) -> None:
    """Report the first post of a conversation from its menu, in the dialog."""
    page.goto(path)
    page.locator("article.post a[data-more]").first.click()
    page.locator(".menu-open a[data-flag]").click()
    page.locator("dialog #id_reason_inappropriate").check()
    page.fill("dialog textarea[name=words]", "به کلاه‌دارها توهین می‌کند.")
    page.locator("dialog button.primary").click()
    expect(page.locator("dialog.flag-dialog")).to_have_count(0)


def open_by_keyboard(page: Page, title: str) -> None:
    """Walk down the queue with j and open the item with Enter."""
    page.goto("/review?kind=flags")
    expect(page.locator(".queue a", has_text=title)).to_have_count(1)
    for _row in range(page.locator(".queue-row").count()):
        page.keyboard.press("j")
        if title in str(page.evaluate("document.activeElement.closest('li')?.innerText ?? ''")):
            break
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("form[data-decide]")).to_be_visible()


def appeal(page: Page, title: str) -> None:
    """Read what happened to one's post and why, and say that it was not right."""
    page.goto("/me/moderation")
    line = page.locator("ul.rules li", has_text="بی‌احترامی است").first
    expect(line).to_contain_text("پنهان کرد")
    press(line.locator("a.btn"))
    page.fill("textarea[name=words]", f"با «{title}» شوخی می‌کردم.")
    press(page.locator("main form button.primary"))
    expect(page.locator("main")).to_contain_text("اعتراض شما خوانده می‌شود")


def test_a_suspicious_first_post_waits_seen_by_its_author_until_it_is_approved(visit, mailbox):
    newcomer, reader, moderator = visit(), visit("sara"), visit("navid")
    join(newcomer, mailbox, "بهار یزدانی", new_address())
    title = unlike("جمعه کجا می‌روید؟")
    path = ask(visit("mina"), title, kind="discussion")
    newcomer.goto(path)
    said = unlike("قفل ارزان اینجاست: https://ghofl.example/arzan و اینجا https://ghofl.example/takhfif")
    newcomer.fill("#reply-text", said)
    press(newcomer.locator("form[data-compose] button.primary"))
    expect(newcomer.locator("article.post.held")).to_contain_text(said[-8:])
    reader.goto(path)
    expect(reader.locator("main")).not_to_contain_text(said[-8:])
    moderator.goto("/review?kind=held")
    press(moderator.locator(".queue-row", has_text="بهار یزدانی").locator("h2 a"))
    expect(moderator.locator(".signals li").first).to_be_visible()
    moderator.locator("#id_what_approve").check()
    press(moderator.locator("form[data-decide] button.primary"))
    expect(reader.locator("article.post", has_text=said[-8:])).to_be_visible()


def test_a_blocked_member_is_folded_away_and_back(visit):
    blocker, blocked = visit("leila"), visit("omid", size=PHONE)
    path = ask(visit("mina"), unlike("پمپ دستی یا پایی؟"), kind="discussion")
    blocked.goto(path)
    said = unlike("پایی، همیشه پایی.")
    reply(blocked, said)
    blocker.goto("/@omid")
    press(blocker.locator("form[action$='/block'] button"))
    blocker.goto(path)
    words = blocker.locator("article.post", has_text=said).locator(".prose")
    expect(words).to_be_hidden()
    blocker.goto("/me/settings/blocks")
    press(blocker.locator("li", has=blocker.locator(f"text={name_of(blocked)}")).locator("form button"))
    blocker.goto(path)
    expect(words).to_be_visible()


def name_of(page: Page) -> str:
    """Return the name of who is signed in on a page."""
    page.goto("/me")
    return re.sub(r"\s+", " ", str(page.title()).split(" · ")[0]).strip()
