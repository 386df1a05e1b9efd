"""One person over every channel, as the team sees it: a reason first, then the road, notes and promises; and who looked."""

import re

from playwright.sync_api import Page, expect

from tests.browser.test_talking import ask, press, reply, unlike

MINA = "from patogh.people.models import Member; print(Member.objects.get(handle='mina').identity.person_id)"


def test_the_team_opens_a_person_with_a_reason_and_she_reads_it(visit, house):
    reason = unlike("رنگ سبز را پرسیده است")
    mina, yasaman = visit("mina"), visit("yasaman")
    path = ask(yasaman, unlike("کسی پمپ کوچک خریده است"), kind="discussion")
    mina.goto(path)
    reply(mina, "من دارم؛ سبک است و در جیب جا می‌شود.")
    address = f"/team/people/{house.python(MINA).strip().splitlines()[-1]}"
    opened(yasaman, address, reason)
    lane(yasaman)
    note(yasaman)
    promise(yasaman)
    mina.goto("/me/settings/looks")
    expect(mina.locator("main")).to_contain_text(reason)
    expect(mina.locator("main")).to_contain_text("یاسمن")


def opened(page: Page, address: str, reason: str) -> None:
    """Come from the member's own page to the gate, and open it with a reason."""
    page.goto("/@mina")
    press(page.locator(f".person-act a[href='{address}']"))
    if page.locator("#id_reason").count():
        expect(page.locator("#notes")).to_have_count(0)
        page.fill("#id_reason", reason)
        press(page.locator(".person-gate button.primary"))
    expect(page.locator("h1.lede")).to_contain_text("مینا")
    expect(page.locator("#looks")).to_contain_text(reason)


def lane(page: Page) -> None:
    """Look at what she wrote, and nothing else."""
    press(page.locator(".person-filters a[href*='lane=posts']"))
    expect(page.locator(".person-filters a[aria-current]")).to_have_attribute("href", re.compile("lane=posts"))
    expect(page.locator(".person-step").first).to_contain_text("سبک است")


def note(page: Page) -> None:
    """Write a note, take it away, put it back."""
    words = unlike("صبح‌ها کلاس دارد")
    page.fill("#notes form #id_text", words)
    press(page.locator("#notes form:has(#id_text) button"))
    row = page.locator(".person-notes li", has_text=words)
    expect(row).to_have_count(1)
    press(row.locator("button[value=remove]"))
    expect(row).to_have_count(0)
    press(page.locator("#notes button[value=restore]"))
    expect(row).to_have_count(1)


def promise(page: Page) -> None:
    """Promise something by a day said in words, find it among one's promises, and keep it."""
    words = unlike("خبرش می‌کنیم")
    page.locator("#pledges summary", has_text="قولی بدهید").click()
    page.fill("#id_pledge", words)
    page.fill("#id_due", "فردا")
    press(page.locator("#pledges form:has(#id_pledge) button"))
    page.goto("/team/pledges")
    press(page.locator("main li", has_text=words).locator("a[href^='/team/people/']").first)
    row = page.locator(".person-pledges li", has_text=words)
    press(row.locator("button[value=keep]"))
    expect(row).to_contain_text("وفا شد")
