"""The chat on a site of somebody else: another origin, its own styles and a strict policy of contents."""

import hashlib
import hmac
import threading
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE

SECRET = "the-secret-of-the-rekab-site"
MARK = hmac.new(SECRET.encode(), b"u-7", hashlib.sha256).hexdigest()
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63606060000000040001f61738550000000049454e44ae426082"
)


class Site:
    """A site of somebody else at `url`; `tag` is the script tag on its one page, `policy` what its pages may load."""

    def __init__(self) -> None:
        self.tag = self.policy = ""
        its = self

        class Answers(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                lang = "en" if "english" in self.path else "fa"
                body = f'<!doctype html><html lang="{lang}"><title>رکاب</title><style nonce="n">div,button,p{{color:red!important;font-size:40px!important}}</style><p>دوچرخه‌ها</p>{its.tag}</html>'.encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Security-Policy", its.policy)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_words: object) -> None:
                """Keep quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()


@pytest.fixture
def site(visit, house):
    """A site on which the chat was put by an admin."""
    made = Site()
    boss = visit("ardalan")
    boss.goto("/team/channels/new/chat")
    boss.fill("#id_origins", made.url)
    boss.fill("#id_greeting", "سلام! چه کمکی از ما برمی‌آید؟")
    boss.fill("#id_users", f"web{uuid.uuid4().hex[:6]}")
    boss.fill("#id_secret", SECRET)
    with boss.expect_navigation():
        boss.locator("main form button.primary").click()
    made.tag = boss.locator("code", has_text="data-patogh").inner_text()
    host = urlsplit(house.base).hostname
    made.policy = (
        f"default-src 'none'; script-src {house.base}; connect-src http://{host}:*; img-src blob:; style-src 'nonce-n'"
    )
    yield made, boss
    made.server.shutdown()
    made.server.server_close()


def answer(boss: Page, words: str, said: str) -> None:
    """Answer the conversation in which `words` stand last."""
    boss.goto("/team/channels/talks")
    with boss.expect_navigation():
        boss.locator("li", has_text=words).locator("a").first.click()
    boss.fill("#id_text", said)
    with boss.expect_navigation():
        boss.locator("#answer button.primary").click()


def test_a_visitor_writes_and_is_answered_and_a_reload_loses_nothing(site, visit):
    made, boss = site
    page, words = visit(), f"سایز ۵۲ دارید؟ <img src=x onerror=alert(1)> {uuid.uuid4().hex[:8]}"
    page.goto(made.url)
    page.get_by_role("button", name="گفت‌وگو با").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("چه کمکی از ما برمی‌آید؟")
    assert page.evaluate("document.querySelector('patogh-chat').dir") == "rtl"
    dialog.get_by_label("پیامتان").fill(words)
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("log")).to_contain_text(words)
    expect(dialog.get_by_text("منتظر می‌ماند")).to_have_count(0)
    answer(boss, words, "بله، سه رنگش را داریم.")
    expect(dialog.get_by_role("log")).to_contain_text("بله، سه رنگش را داریم.")
    page.reload()
    page.get_by_role("button", name="گفت‌وگو با").click()
    expect(dialog.get_by_role("log")).to_contain_text(words)
    expect(dialog.get_by_text("بله، سه رنگش را داریم.")).to_have_count(1)
    expect(boss.locator(".chat-line.is-ours")).to_contain_text("بله، سه رنگش را داریم.")


def test_a_closed_chat_counts_and_the_keyboard_stays_inside_an_open_one(site, visit):
    made, boss = site
    page, words = visit(size=PHONE), f"سلام {uuid.uuid4().hex[:8]}"
    page.goto(made.url)
    bubble = page.get_by_role("button", name="گفت‌وگو با")
    bubble.click()
    box = page.get_by_role("dialog").bounding_box()
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, PHONE["width"], PHONE["height"])
    page.get_by_label("پیامتان").fill(words)
    page.get_by_role("button", name="فرستادن", exact=True).click()
    expect(page.get_by_text("منتظر می‌ماند")).to_have_count(0)
    for _press in range(12):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.localName") == "patogh-chat"
    page.keyboard.press("Escape")
    expect(bubble).to_be_focused()
    answer(boss, words, "سلام، بفرمایید")
    expect(page.get_by_role("button", name="۱ پیام تازه")).to_be_visible()


def test_what_is_written_offline_waits_over_a_reload(site, visit):
    made, boss = site
    page, words = visit(), f"در تونل نوشتم {uuid.uuid4().hex[:8]}"
    page.goto(made.url)
    page.get_by_role("button", name="گفت‌وگو با").click()
    page.route("**/chat/messages*", lambda route: route.abort())
    page.get_by_label("پیامتان").fill(words)
    page.keyboard.press("Enter")
    expect(page.get_by_text("منتظر می‌ماند")).to_have_count(1)
    page.unroute("**/chat/messages*")
    page.reload()
    page.get_by_role("button", name="گفت‌وگو با").click()
    expect(page.get_by_text("منتظر می‌ماند")).to_have_count(0)
    boss.goto("/team/channels/talks")
    expect(boss.locator("li", has_text=words)).to_have_count(1)


def test_the_site_vouches_for_its_member_and_a_wrong_hash_is_told_in_the_console(site, visit):
    made, boss = site
    page, words, heard = visit(language="en"), f"my order {uuid.uuid4().hex[:8]}", []
    page.on("console", lambda said: heard.append(said.text))
    page.goto(f"{made.url}/english")
    button = page.get_by_role("button", name="Chat with")
    expect(button).to_be_visible()
    page.evaluate("patogh('identify', {id: 'u-8', hash: 'x'})")
    page.evaluate(f"patogh('identify', {{id: 'u-7', name: 'Mina', hash: '{MARK}'}})")
    button.click()
    with page.expect_response(lambda said: said.ok and "/chat/messages" in said.url):
        page.locator("patogh-chat input[type=file]").set_input_files(
            {"name": "chain.png", "mimeType": "image/png", "buffer": PNG}
        )
    page.get_by_label("Your message").fill(words)
    with page.expect_response(lambda said: said.ok and words in (said.request.post_data or "")):
        page.keyboard.press("Enter")
    expect(page.get_by_text("waits", exact=True)).to_have_count(0)
    assert [line for line in heard if "HMAC-SHA256" in line]
    boss.goto("/team/channels/talks")
    with boss.expect_navigation():
        boss.locator("li", has_text=words).locator("a").first.click()
    expect(boss.locator("main h1")).to_contain_text("Mina")
    expect(boss.get_by_role("link", name="chain.png")).to_be_visible()


def test_a_site_that_is_not_named_gets_no_chat(site, browser):
    made, _boss = site
    other, page = Site(), browser.new_page()
    other.tag, other.policy = made.tag, made.policy
    with page.expect_console_message(lambda said: "CORS" in said.text):
        page.goto(other.url)
    expect(page.locator("patogh-chat")).to_have_count(0)
    page.close()
    other.server.shutdown()
    other.server.server_close()
