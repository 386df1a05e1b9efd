import datetime as dt
import re

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.test import Client

from patogh.people import links
from patogh.people.models import Member
from patogh.people.sms import MemorySender

pytestmark = pytest.mark.django_db


def code_in(text: str) -> str:
    return re.search(r"\b(\d{6})\b", text).group(1)


def link_in(text: str) -> str:
    return re.search(r"http://testserver(/account/link/\S+)", text).group(1)


def is_in(client: Client, member: Member) -> bool:
    return client.session.get("_auth_user_id") == str(member.pk)


def test_a_member_signs_in_with_a_code(stranger, member, mailoutbox):
    stranger.post("/account/login/code/", {"contact": member.email})
    stranger.post("/account/login/code/confirm/", {"code": code_in(mailoutbox[0].body)})
    assert is_in(stranger, member)


def test_a_wrong_code_is_said_and_the_third_one_ends_the_try(stranger, member, mailoutbox):
    stranger.post("/account/login/code/", {"contact": member.email})
    pages = [stranger.post("/account/login/code/confirm/", {"code": "000000"}) for _ in range(3)]
    assert "این کد درست نیست" in pages[0].content.decode()
    assert pages[2].status_code == 302
    stranger.post("/account/login/code/confirm/", {"code": code_in(mailoutbox[0].body)})
    assert not is_in(stranger, member)


def test_an_unknown_address_gets_the_same_page_and_a_letter_that_explains(stranger, member, mailoutbox):
    known = stranger.post("/account/login/code/", {"contact": member.email})
    unknown = Client().post("/account/login/code/", {"contact": "nobody@example.org"})
    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])
    assert "حسابی با این نشانی نیست" in mailoutbox[1].subject


def test_opening_a_link_signs_nobody_in_and_the_button_does(member, mailoutbox):
    Client().post("/account/login/code/", {"contact": member.email})
    scanner, phone = Client(), Client()
    path = link_in(mailoutbox[0].body)
    page = scanner.get(path)
    scanner.head(path)
    assert page.status_code == 200
    assert not is_in(scanner, member)
    phone.post(path)
    assert is_in(phone, member)


def test_a_link_works_once_and_for_fifteen_minutes(member, brand):
    path = f"/account/link/{links.token_for(member, member.email)}"
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=16), tick=False):
        assert Client().get(path).status_code == 400
    Client().post(path)
    second = Client()
    assert second.post(path).status_code == 400
    assert not is_in(second, member)


def test_a_broken_link_is_explained(stranger):
    page = stranger.get("/account/link/abc:def:ghi")
    assert page.status_code == 400
    assert "این پیوند ورود کهنه شده" in page.content.decode()


def test_links_of_letters_lead_to_the_configured_address_whatever_the_host(stranger, member, mailoutbox, settings):
    settings.SITE_URL = "https://rekab.example"
    settings.ALLOWED_HOSTS = ["*"]
    stranger.post(
        "/account/login/code/",
        {"contact": member.email},
        HTTP_HOST="evil.example",
        HTTP_X_FORWARDED_HOST="evil.example",
    )
    assert "https://rekab.example/account/link/" in mailoutbox[0].body
    assert "evil.example" not in mailoutbox[0].body + mailoutbox[0].alternatives[0][0]


def test_a_forged_host_is_turned_away(stranger, member, mailoutbox):
    page = stranger.post("/account/login/code/", {"contact": member.email}, HTTP_HOST="evil.example")
    assert page.status_code == 400
    assert not mailoutbox


def test_a_member_signs_in_with_a_number_as_people_write_it(stranger, member):
    Member.objects.filter(pk=member.pk).update(phone="+989131234567", phone_verified_at=member.joined_at)
    stranger.post("/account/login/code/", {"contact": "۰۹۱۳ ۱۲۳ ۴۵۶۷"})
    stranger.post("/account/login/code/confirm/", {"code": code_in(MemorySender.sent[0][1])})
    assert is_in(stranger, member)


@pytest.mark.parametrize("login", ["mina@example.org", "MINA@example.org", "mina", "@mina"])
def test_a_member_signs_in_with_a_password(stranger, member, login):
    stranger.post("/account/login/", {"login": login, "password": "zayande-rud-1405"})
    assert is_in(stranger, member)


def test_a_wrong_password_and_an_unknown_address_sound_alike(stranger, member):
    pages = [
        stranger.post("/account/login/", {"login": login, "password": "wrong"}).content.decode()
        for login in (member.email, "nobody@example.org")
    ]
    assert all("نشانی و رمز به هم نمی‌خورند" in page for page in pages)


def test_guessing_passwords_is_stopped(stranger, member):
    for _ in range(5):
        stranger.post("/account/login/", {"login": member.email, "password": "wrong"})
    stranger.post("/account/login/", {"login": member.email, "password": "zayande-rud-1405"})
    assert not is_in(stranger, member)


def test_asking_for_codes_again_and_again_is_stopped(stranger, member, mailoutbox):
    for _ in range(6):
        Client().post("/account/login/code/", {"contact": member.email})
    assert len(mailoutbox) <= 3


def test_remembering_is_a_choice(stranger, member):
    stranger.post("/account/login/", {"login": member.email, "password": "zayande-rud-1405"})
    assert stranger.session.get_expire_at_browser_close()
    other = Client()
    other.post("/account/login/", {"login": member.email, "password": "zayande-rud-1405", "remember": "on"})
    assert not other.session.get_expire_at_browser_close()


def test_a_new_password_ends_the_other_sessions(member, signed_in):
    here, there = signed_in(member), signed_in(member)
    new = {"oldpassword": "zayande-rud-1405", "password1": "si-o-se-pol-1405", "password2": "si-o-se-pol-1405"}
    here.post("/account/password/change/", new)
    assert here.get("/me/settings").status_code == 200
    assert there.get("/me/settings").status_code == 302


def test_a_forgotten_password_is_replaced_with_a_code(stranger, member, mailoutbox):
    stranger.post("/account/password/reset/", {"email": member.email})
    stranger.post("/account/password/reset/confirm/", {"code": code_in(mailoutbox[0].body)})
    stranger.post(
        "/account/password/reset/complete/", {"password1": "si-o-se-pol-1405", "password2": "si-o-se-pol-1405"}
    )
    member.refresh_from_db()
    assert member.check_password("si-o-se-pol-1405")


def test_a_closed_account_stays_outside(stranger, member):
    Member.objects.filter(pk=member.pk).update(is_active=False)
    page = stranger.post("/account/login/", {"login": member.email, "password": "zayande-rud-1405"})
    assert page.headers["Location"] == "/account/inactive/"
    assert not is_in(stranger, member)


@pytest.mark.parametrize(
    "onward", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"]
)
def test_the_way_back_leads_to_our_own_pages_only(stranger, member, onward):
    page = stranger.post("/account/login/", {"login": member.email, "password": "zayande-rud-1405", "next": onward})
    assert page.headers["Location"] == "/"


def test_signing_in_leads_back_to_the_page_that_asked(stranger, member):
    asked = stranger.get("/me/settings?x=1")
    assert asked.headers["Location"] == "/account/login/?next=%2Fme%2Fsettings%3Fx%3D1"
    page = stranger.post(
        "/account/login/", {"login": member.email, "password": "zayande-rud-1405", "next": "/me/settings?x=1"}
    )
    assert page.headers["Location"] == "/me/settings?x=1"


def test_a_text_survives_the_end_of_its_session(stranger, member):
    text = "یک پست بلند که نباید گم شود. " * 20
    page = stranger.post("/me/settings/profile", {"name": "مینا", "bio": text})
    assert page.status_code == 401
    assert text.strip() in page.content.decode()
    stranger.post("/account/login/", {"login": member.email, "password": "zayande-rud-1405", "next": "/account/kept"})
    kept = stranger.get("/account/kept").content.decode()
    assert text.strip() in kept
    assert 'action="/me/settings/profile"' in kept
    assert stranger.get("/account/kept").headers["Location"] == "/"


def test_the_demo_doors_exist_in_a_demo_only(stranger, member, settings):
    settings.DEMO = False
    assert stranger.post("/account/demo", {"handle": "mina"}).status_code == 404
    assert "جای یکی بنشینید" not in stranger.get("/account/login/").content.decode()
    settings.DEMO = True
    assert member.name in stranger.get("/account/login/").content.decode()
    stranger.post("/account/demo", {"handle": "mina"})
    assert is_in(stranger, member)


def test_signing_out_is_a_post(member, signed_in):
    client = signed_in(member)
    client.get("/account/logout/")
    assert is_in(client, member)
    client.post("/account/logout/")
    assert not is_in(client, member)


def test_one_more_address_counts_once_it_is_proved(member, signed_in, mailoutbox):
    client = signed_in(member)
    client.post("/account/email/", {"email": "mina@second.example", "action_add": "1"})
    assert not EmailAddress.objects.filter(email="mina@second.example", verified=True).exists()
    client.post("/account/confirm-email/", {"code": code_in(mailoutbox[0].body)})
    assert EmailAddress.objects.get(email="mina@second.example").verified
    assert member.identity.person.identities.filter(kind="email", value="mina@second.example").exists()
