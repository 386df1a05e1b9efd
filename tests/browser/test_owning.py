"""What belongs to oneself: tokens and webhooks for one's programs, one's data, one's leaving."""

import json
import re
import urllib.request
import zipfile

from playwright.sync_api import Page, expect

from tests.browser.mailbox import text_of
from tests.browser.test_joining import handle_of, inside, join, new_address
from tests.browser.test_talking import press, unlike


def test_a_token_is_made_used_and_taken_back(visit, house):
    page = visit("mina")
    page.goto("/me/settings/tokens")
    name = unlike("خوانندهٔ گوشی")
    page.fill("#id_name", name)
    press(page.locator("form:has(#id_name) button.primary"))
    secret = page.input_value("#secret")
    asked = urllib.request.Request(f"{house.base}/api/v1/me", headers={"Authorization": f"Bearer {secret}"})
    with urllib.request.urlopen(asked, timeout=40) as answer:
        assert json.load(answer)["handle"] == "mina"
    page.goto("/me/settings/tokens")
    assert page.locator("#secret").count() == 0, "the secret is shown once"
    press(page.locator("li", has_text=name).locator("form button"))
    expect(page.locator("main")).not_to_contain_text(name)


def test_a_webhook_is_made_tried_and_sent_again(visit, receiver):
    page = visit("ardalan")
    page.goto("/team/webhooks")
    page.fill("input[name=url]", receiver.url)
    page.fill("input[name=description]", unlike("کانال تیم"))
    page.fill("input[name=patterns]", "hangout.space_edited")
    press(page.locator("form:has([name=url]) button.primary"))
    assert re.search(r"whsec_\S{20,}", page.locator("main").inner_text())
    press(page.locator("main a.btn.primary"))
    press(page.locator("form[action$='/test'] button"))
    headers, body = receiver.wait_for(1)[-1]
    assert {"webhook-id", "webhook-timestamp", "webhook-signature"} <= headers.keys()
    assert json.loads(body)["type"]
    page.reload()
    press(page.locator("main a[href*='/team/webhooks/deliveries/']").first)
    press(page.locator("form[action*='/deliveries/'] button"))
    assert receiver.wait_for(2)[-1][0]["webhook-id"] == headers["webhook-id"]


def newcomer(visit, mailbox, name: str) -> tuple[Page, str]:
    """Return a page of somebody who has just joined, and their address."""
    page, address = visit(accept_downloads=True), new_address()
    join(page, mailbox, name, address)
    return page, address


def test_ones_data_is_asked_packed_and_opens_as_pages_without_the_net(visit, mailbox, tmp_path):
    page, address = newcomer(visit, mailbox, "سیما کاظمی")
    about = unlike("جمعه‌ها رکاب می‌زنم")
    page.goto("/me/settings/profile")
    page.fill("#id_bio", about)
    press(page.locator("form:has(#id_bio) button.primary"))
    page.goto("/me/settings/data")
    press(page.locator("main form button", has_text="رونوشت"))
    take = page.locator("form[action*='/me/settings/data/'] button")
    for _turn in range(160):
        if take.count():
            break
        page.wait_for_timeout(250)
        page.reload()
    with page.expect_download() as coming:
        take.click()
    with zipfile.ZipFile(coming.value.path()) as archive:
        assert archive.testzip() is None
        archive.extractall(tmp_path)
    offline = visit(offline=True)
    offline.goto((tmp_path / "index.html").as_uri())
    expect(offline.locator("body")).to_contain_text("سیما کاظمی")
    everything = " ".join(path.read_text(encoding="utf-8") for path in tmp_path.rglob("*.json"))
    assert about in everything
    assert address in everything


def test_leaving_and_coming_back(visit, mailbox):
    page, address = newcomer(visit, mailbox, "داریوش کامکار")
    handle = handle_of(page)
    page.goto("/me/settings/leaving")
    page.fill("#id_handle", "not-me")
    page.locator("main button.danger").click()
    expect(page.locator("main form")).to_be_visible()
    page.fill("#id_handle", handle)
    press(page.locator("main button.danger"))
    stranger = visit()
    assert stranger.goto(f"/@{handle}").status == 404
    link = re.search(r"/account/back/\S+", text_of(mailbox.mail_to(address, "/account/back/")))
    assert link
    stranger.goto(link[0])
    press(stranger.locator("main button.primary"))
    stranger.fill("#id_contact", address)
    stranger.locator("form:has(#id_contact) button.primary").click()
    stranger.locator("#id_code").wait_for()
    stranger.fill("#id_code", mailbox.code_for(address))
    stranger.locator("form:has(#id_code) button.primary").click()
    inside(stranger)
    assert stranger.goto(f"/@{handle}").status == 200
