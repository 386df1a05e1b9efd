"""A sealed poll in real browsers: two members make keys, seal and sign; one opens their own seal; anybody recounts."""

import re

from playwright.sync_api import expect

from tests.browser.test_talking import press, unlike

CLOCK = """
from patogh.hangout.ballots.tasks import turn_polls
from patogh.ledger.actions.sequencing import append_waiting
turn_polls()
append_waiting()
"""


def test_a_sealed_poll_is_enrolled_in_voted_and_recounted_in_browsers(visit, house):
    asker, voter, stranger = visit("mina"), visit("reza"), visit()
    asker.goto("/new")
    asker.locator("#id_kind_discussion").check()
    asker.select_option("#id_space", index=1)
    asker.fill("#id_title", unlike("جمعه کجا برویم؟"))
    asker.fill("#id_text", "هر که می‌آید نام بنویسد.")
    asker.locator("details.more summary").click()
    asker.fill("#id_poll_question", "کوه یا رود؟")
    for place, words in enumerate(("کوه", "رود")):
        asker.locator("input[name=option]").nth(place).fill(words)
    asker.locator("input[name=poll_sealed]").check()
    asker.locator("#compose button.primary").click()
    asker.wait_for_url(re.compile(r"/t/\d+/"))
    desk = re.sub(r"/t/(\d+)/.*", r"/t/\1/poll", re.sub(r"https?://[^/]+", "", asker.url))
    for page in (asker, voter):
        page.goto(desk)
        press(page.locator("form[data-step=enrol] button"))
        expect(page.locator(".note.fir-n").first).to_be_visible()
    press(asker.locator(f"form[action='{desk}/start'] button"))
    for page, place, alone in ((asker, 0, True), (voter, 1, False)):
        page.goto(desk)
        page.locator("input[name=choice]").nth(place).check()
        page.locator("input[name=alone]").set_checked(alone)
        press(page.locator("form[data-step=vote] button"))
        expect(page.locator(".sealed")).to_contain_text(re.compile(r"\w{4}-\w{4}-\w{4}"))
    press(asker.locator(f"form[action='{desk}/closure'] button"))
    press(asker.locator("form[data-step=open] button"))
    house.python(CLOCK)
    stranger.goto(f"{desk}/recount")
    stranger.locator("[data-recount-go]").click()
    expect(stranger.locator("[data-say=good]")).to_be_visible()
    expect(stranger.locator("[data-figure=ballots]")).to_have_text("۲")
    expect(stranger.locator("[data-figure=choice]")).to_have_text(["۱", "۱"])
    stranger.route("**/poll/entries*", lambda route: tampered(route))
    stranger.locator("[data-recount-go]").click()
    expect(stranger.locator("[data-say=opening]")).to_be_visible()


def tampered(route):
    """Let the server lie about what an opening chose."""
    answer = route.fetch()
    lines = [line.replace('"choice":0', '"choice":1') for line in answer.json()["lines"]]
    route.fulfill(json={"lines": lines, "next": ""})
