"""Hostile words in every field that takes words, looked at on every page that shows them: no script runs, nothing is broken."""

import uuid

from playwright.sync_api import Page, expect

from tests.browser.test_joining import join, new_address
from tests.browser.test_talking import press

PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(2)>',
    "'><svg/onload=alert(3)>",
    "javascript:alert(4)",
    "{{7*7}}${7*7}<%= 7*7 %>",
    "</title></textarea></script><script>alert(5)</script>",
    '<a href="javascript:alert(6)">x</a>',
    "\u202e<b onmouseover=alert(7)>\u2066",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(8)>",
)
MARKDOWN = (
    "[x](javascript:alert(1)) [y](data:text/html,<script>alert(2)</script>) ![z](javascript:alert(3))",
    '![a](x" onerror="alert(4)) <img src=x onerror=alert(5)>',
    '```"><script>alert(6)</script>\n</code></pre><script>alert(7)</script>\n```',
    "[a]: javascript:alert(8)\n[a] <javascript:alert(9)> &#106;avascript:alert(10)",
)


def asked(page: Page, fields: dict[str, str], form: str) -> None:
    """Fill the fields that are there and send the form."""
    for name, value in fields.items():
        place = page.locator(f"{form} [name='{name}']:visible")
        if place.count():
            place.first.fill(value[: int(place.first.get_attribute("maxlength") or 100_000)])
    press(page.locator(f"{form} button.primary").first)


def seen_whole(page: Page, path: str) -> None:
    """Look at a page: it answers, it stands to its foot, and nothing of ours became an element with a handler."""
    answer = page.goto(path)
    assert answer is not None
    assert answer.status < 500, path
    expect(page.locator("footer.foot")).to_be_attached()
    bad = page.evaluate(
        "[...document.querySelectorAll('*')].filter((e) => [...e.attributes].some((a) => /^on/i.test(a.name) || /^\\s*(javascript|data:text)/i.test(a.value) && /^(href|src|action|formaction)$/.test(a.name))).map((e) => e.outerHTML.slice(0, 200))"
    )
    assert bad == [], f"{path}: {bad}"


def test_hostile_words_run_nowhere(visit, mailbox):
    page = visit()
    join(page, mailbox, "<script>alert(0)</script> \"'><img src=x onerror=alert(0)>"[:60], new_address())
    page.goto("/me")
    profile = page.url
    page.goto("/me/settings/profile")
    asked(
        page,
        {"name": PAYLOADS[1], "bio": " ".join(PAYLOADS)[:390], "place": PAYLOADS[2], "links": "javascript:alert(1)"},
        "form:has(#id_bio)",
    )
    page.goto("/me/settings/profile")
    asked(
        page,
        {"name": PAYLOADS[1], "bio": " ".join(PAYLOADS)[:390], "place": PAYLOADS[2], "links": ""},
        "form:has(#id_bio)",
    )
    paths = [spoken(page, payload, MARKDOWN[number % len(MARKDOWN)]) for number, payload in enumerate(PAYLOADS)]
    for path in [
        *paths,
        profile,
        "/",
        "/talk?by=new",
        "/members?by=newest",
        "/notices",
        "/me/drafts",
        "/search?q=alert",
        "/search?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
        "/tags/%3Cscript%3E",
        "/t/1?page=%3Cscript%3E",
    ]:
        seen_whole(page, path)
    stranger = visit(language="en")
    for path in [*paths[:3], profile, "/", "/talk?by=new", "/members?by=newest"]:
        seen_whole(stranger, path)


def spoken(page: Page, payload: str, markdown: str) -> str:
    """Open a conversation out of one payload, with a poll, tags and a reply, and return its address."""
    page.goto("/new")
    page.locator("#id_kind_discussion").check()
    page.select_option("#id_space", index=1)
    page.locator("details.more summary").click()
    fields = {
        "title": f"{payload} {uuid.uuid4().hex[:6]}",
        "text": f"{payload}\n\n{markdown}\n\n@{payload}",
        "tags": payload,
        "poll_question": payload,
    }
    for number, place in enumerate(page.locator("input[name=option]").all()[:2]):
        place.fill(f"{payload} {number}"[:120])
    asked(page, fields, "#compose")
    if "/t/" not in page.url:  # refused with a sentence: the words stand in the form again
        expect(page.locator("#compose, .note").first).to_be_visible()
        return "/new"
    page.fill("#reply-text", f"> {payload}\n\n{markdown}")
    press(page.locator("form[data-compose] button.primary"))
    return page.url


def test_the_watch_does_notice_a_script_that_runs(visit):
    page = visit()
    page.goto("/spaces")
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=x onerror=alert(1)>')")
    page.wait_for_function("performance.now() > 0")
    assert any("Content Security Policy" in fault for fault in visit.watch.faults)
    visit.watch.faults.clear()
