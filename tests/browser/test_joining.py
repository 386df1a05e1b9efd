"""Joining and signing in: by a code of a real mail, with a passkey, with an authenticator app, without scripts."""

import base64
import hashlib
import hmac
import re
import time
import uuid

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE


def join(page: Page, mailbox, name: str, address: str, *, password: str = "") -> None:
    """Join as somebody new, up to the code of the mail."""
    page.goto("/account/signup/")
    page.fill("#id_name", name)
    page.fill("#id_contact", address)
    page.locator("input[name=age_band]").first.check()
    if password:
        page.locator("details.more-choices summary").click()
        page.fill("#id_password1", password)
    page.locator("form:has(#id_contact) button.primary").click()
    page.wait_for_url("**/account/confirm-email/**")
    page.fill("#id_code", mailbox.code_for(address))
    page.locator("form:has(#id_code) button.primary").click()
    inside(page)


def inside(page: Page) -> None:
    """Expect that somebody is signed in; on a phone the account menu gives its place to the bar at the thumb."""
    expect(page.locator("header [data-menu]")).to_have_count(1)


def handle_of(page: Page) -> str:
    """Return the handle of who is signed in."""
    page.goto("/me")
    return page.url.rpartition("@")[2]


def new_address() -> str:
    """Return an address that nobody has."""
    return f"walk-{uuid.uuid4().hex[:10]}@example.org"


def test_a_stranger_joins_with_the_code_of_a_mail_and_comes_back_with_another(visit, mailbox):
    page, address = visit(), new_address()
    join(page, mailbox, "پرستو نیک‌روان", address)
    page.locator("[data-menu] summary").click()
    page.locator("[data-menu] form button").click()
    expect(page.locator("header .btn.primary")).to_be_visible()
    page.goto("/account/login/")
    page.fill("#id_contact", address)
    page.locator("form:has(#id_contact) button.primary").click()
    page.locator("#id_code").wait_for()
    page.fill("#id_code", mailbox.code_for(address).translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")))
    page.locator("form:has(#id_code) button.primary").click()
    inside(page)


def test_the_link_of_a_mail_signs_in_only_when_its_button_is_pressed(visit, mailbox):
    page, address = visit(language="en", size=PHONE), new_address()
    join(page, mailbox, "Nora Lindqvist", address)
    other = visit(language="en", size=PHONE)
    other.goto("/account/login/")
    other.fill("#id_contact", address)
    other.locator("form:has(#id_contact) button.primary").click()
    other.locator("#id_code").wait_for()
    link = re.findall(r"https?://\S+/account/link/\S+", mailbox.last_to(address))[-1]
    third = visit(language="en", size=PHONE)
    third.goto(link)
    assert third.locator("[data-menu]").count() == 0
    third.get_by_role("button", name="Sign in").click()
    inside(third)


def test_without_scripts_one_joins_with_a_code_and_signs_in_with_a_password(visit, mailbox):
    address = new_address()
    page = visit(java_script_enabled=False)
    join(page, mailbox, "سهراب دادگر", address, password="زنجیر-روغن-خورده-۱۴۰۵")
    again = visit(java_script_enabled=False)
    again.goto("/account/login/?by=password")
    again.fill("#id_login", address)
    again.fill("#id_password", "زنجیر-روغن-خورده-۱۴۰۵")
    again.locator("form:has(#id_password) button.second, form:has(#id_password) button").first.click()
    inside(again)


def test_a_passkey_is_added_and_signs_in_alone(visit, mailbox):
    page = visit()
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    key = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": key})
    join(page, mailbox, "آناهیتا صبوری", new_address())
    page.goto("/account/2fa/webauthn/add/")
    page.fill("#id_name", "گوشی خودم")
    page.locator("form[data-passkey] button.primary").click()
    page.wait_for_url(lambda url: "webauthn/add" not in url)
    page.context.clear_cookies()
    page.goto("/account/login/")
    page.locator("form[data-passkey=login] button").click()
    inside(page)


@pytest.mark.parametrize("language", ["fa", "en"])
def test_an_authenticator_app_becomes_the_second_step(visit, mailbox, language):
    page, address, password = visit(language=language), new_address(), "chain-and-oil-1405"
    join(page, mailbox, "یاسمین شکوهی", address, password=password)
    page.goto("/account/2fa/totp/activate/")
    secret = page.locator("code.ltr").inner_text().strip()
    page.fill("#id_code", totp(secret))
    page.locator("form:has(#id_code) button.primary").click()
    page.wait_for_url(lambda url: "totp/activate" not in url)
    page.context.clear_cookies()
    page.goto("/account/login/?by=password")
    page.fill("#id_login", address)
    page.fill("#id_password", password)
    page.locator("form:has(#id_password) button").first.click()
    page.locator("#id_code").wait_for()
    page.fill("#id_code", totp(secret, later=1))
    page.locator("form:has(#id_code) button.primary").click()
    inside(page)


def totp(secret: str, *, later: int = 0) -> str:
    """Return the six digits of an authenticator app (RFC 6238), now or some steps of thirty seconds later."""
    counter = int(time.time()) // 30 + later
    digest = hmac.new(
        base64.b32decode(secret + "=" * (-len(secret) % 8)), counter.to_bytes(8, "big"), hashlib.sha1
    ).digest()
    at = digest[-1] & 15
    return f"{(int.from_bytes(digest[at : at + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06d}"
