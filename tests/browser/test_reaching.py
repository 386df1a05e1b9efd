"""Reaching people: choices on a phone without scripts, real mails out over SMTP and in over IMAP."""

import re
from email.message import EmailMessage

from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE
from tests.browser.test_joining import handle_of, join, new_address
from tests.browser.test_talking import ask, press, reply, unlike

FETCH = "from patogh.channels.incoming.tasks import fetch_mail; fetch_mail()"


def choose(page: Page, kind: str, when: str) -> None:
    """Choose when mails of a kind come."""
    page.goto("/me/settings/notices")
    page.select_option(f"select[name='{kind}:mail']", when)
    press(page.locator("form.wishes button.primary"))
    expect(page.locator(f"select[name='{kind}:mail']")).to_have_value(when)


def test_a_choice_made_on_a_phone_without_scripts_sends_a_mail_that_ends_itself_and_comes_back(visit, mailbox):
    phone, address = visit(size=PHONE, java_script_enabled=False), new_address()
    join(phone, mailbox, "مهتاب سروش", address)
    choose(phone, "hangout.mentioned", "now")
    words, _helper = named(visit, handle_of(phone))
    mail = mailbox.mail_to(address, words)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    way_out = re.search(r"<https?://[^/]+(/unsubscribe/[^>]+)>", str(mail["List-Unsubscribe"]))
    assert way_out, mail["List-Unsubscribe"]
    stranger = visit(size=PHONE, java_script_enabled=False)
    stranger.goto(way_out[1])
    press(stranger.locator("main button.primary"))
    phone.goto("/me/settings/notices")
    expect(phone.locator("select[name='hangout.mentioned:mail']")).to_have_value("never")
    press(stranger.locator("form:has([name=undo]) button"))
    phone.goto("/me/settings/notices")
    expect(phone.locator("select[name='hangout.mentioned:mail']")).to_have_value("now")


def test_an_answer_by_mail_appears_live_in_the_conversation(visit, house, mailbox, replies):
    newcomer, address = visit(), new_address()
    join(newcomer, mailbox, "کیوان آذرنیا", address)
    choose(newcomer, "hangout.mentioned", "now")
    words, helper = named(visit, handle_of(newcomer))
    mail = mailbox.mail_to(address, words)
    said = unlike("ممنون، همین امشب می‌زنم.")
    replies.put(answer_to(mail, said).as_bytes())
    house.python(FETCH)
    post = helper.locator("article.post", has_text=said)
    expect(post).to_be_visible()
    expect(post).not_to_contain_text("کاغذ")


def named(visit, handle: str) -> tuple[str, Page]:
    """Let Reza name somebody in a conversation; return a word of what he said, and his page of it."""
    helper: Page = visit("reza")
    ask(helper, unlike("زین چرمی را با چه چرب کنم؟"))
    said = unlike(f"@{handle} چرم را خوب می‌شناسد.")
    reply(helper, said)
    return said[-8:], helper


def answer_to(mail: EmailMessage, said: str) -> EmailMessage:
    """Return the answer that a mail program makes, quoting below."""
    answer = EmailMessage()
    answer["From"], answer["To"], answer["Subject"] = mail["To"], mail["Reply-To"], f"Re: {mail['Subject']}"
    answer["Message-ID"], answer["In-Reply-To"] = f"<{abs(hash(said))}@client.example>", mail["Message-ID"]
    answer.set_content(f"{said}\n\nدر ۱ آذر ۱۴۰۵ ۱۷:۳۰، رکاب نوشت:\n> فقط با موم زنبور.\n> روی کاغذ\n")
    return answer
