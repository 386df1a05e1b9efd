"""Nothing of django-allauth is reachable in its own clothes: pages, letters, messages."""

from pathlib import Path

import allauth
import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    SECRET_SESSION_KEY,
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.template.loader import get_template
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from patogh.people import mails, words

pytestmark = pytest.mark.django_db
TEMPLATES = Path(allauth.__file__).parent / "templates"
ROOMS = ("account", "mfa", "socialaccount", "usersessions")
LAYOUTS = {"base", "snippets", "scripts", "login_script"}
# Views that answer without a page of their own: they act, lead on, or need a step before.
ARGUMENTS = {"pk": 1, "uidb36": "a", "key": "b-c", "provider_id": "oidc"}


def own_pages() -> list[str]:
    found = []
    for room in ROOMS:
        for path in sorted((TEMPLATES / room).rglob("*.html")):
            name = path.relative_to(TEMPLATES).as_posix()
            if "snippets" not in name and not path.stem.startswith("base"):
                found.append(name)
    return found


def allauth_routes(resolver: URLResolver, prefix: str = "") -> list[str]:
    routes = []
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            routes += allauth_routes(entry, prefix + str(entry.pattern))
        elif isinstance(entry, URLPattern) and entry.callback.__module__.startswith("allauth") and entry.name:
            routes.append(entry.name)
    return routes


@pytest.mark.parametrize("name", own_pages())
def test_every_page_of_allauth_is_ours(name):
    assert get_template(name).backend.name == "jinja2"


def test_every_letter_of_allauth_is_ours():
    kinds = {
        path.name.removesuffix("_subject.txt")
        for room in ROOMS
        for path in (TEMPLATES / room).rglob("email/*_subject.txt")
    }
    assert kinds - set(mails.LETTERS) <= {"password_reset_key"}


def test_every_message_of_allauth_is_ours():
    known = {
        path.relative_to(TEMPLATES).as_posix() for room in ROOMS for path in (TEMPLATES / room).rglob("messages/*.txt")
    }
    assert known == set(words.MESSAGES)


@pytest.mark.parametrize("kind", sorted(mails.LETTERS))
@pytest.mark.parametrize("language", ["fa", "en"])
def test_every_letter_can_be_written_in_both_languages(kind, language):
    from django.utils import translation

    facts = dict.fromkeys(
        (
            "brand",
            "code",
            "link",
            "signup",
            "signin",
            "security",
            "ip",
            "agent",
            "to_email",
            "deleted_email",
            "provider",
        ),
        "X",
    )
    with translation.override(language):
        mail = mails.message(
            mails.LETTERS[kind](facts), language=language, brand="رکاب", sender="a@example.org", to=["b@example.org"]
        )
    assert "%(" not in mail.subject + mail.body
    assert f'<html lang="{language}"' in mail.alternatives[0][0]


@pytest.mark.parametrize("language", ["fa", "en"])
def test_every_route_of_allauth_answers_in_our_frame(member, signed_in, language):
    from django.urls import NoReverseMatch, reverse

    stranger = Client()
    for client in (stranger, signed_in(member)):
        client.cookies["language"] = language
        for name in allauth_routes(get_resolver()):
            try:
                path = reverse(name)
            except NoReverseMatch:
                continue
            page = client.get(path)
            if page.status_code == 200 and page.headers["Content-Type"].startswith("text/html"):
                assert '<link rel="stylesheet" href="/static/' in page.content.decode(), name
                assert 'class="top"' in page.content.decode(), name
            else:
                assert page.status_code in {200, 302, 401, 403, 404, 405, 429}, (name, page.status_code)


def totp_code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def test_the_authenticator_app_is_turned_on_and_then_asked(member, signed_in):
    client = signed_in(member)
    client.post("/account/reauthenticate/", {"password": "zayande-rud-1405"})
    page = client.get("/account/2fa/totp/activate/")
    secret = client.session[SECRET_SESSION_KEY]
    assert secret in page.content.decode()
    client.post("/account/2fa/totp/activate/", {"code": totp_code(secret)})
    assert Authenticator.objects.filter(user=member, type="totp").exists()
    other = Client()
    asked = other.post("/account/login/", {"login": member.email, "password": "zayande-rud-1405"})
    assert asked.headers["Location"] == "/account/2fa/authenticate/"
    assert "گام دوم" in other.get("/account/2fa/authenticate/").content.decode()
    assert "_auth_user_id" not in other.session


def test_whoever_just_signed_in_is_not_asked_again_and_others_are(member, signed_in):
    fresh = Client()
    fresh.post("/account/login/", {"login": member.email, "password": "zayande-rud-1405"})
    assert fresh.get("/account/2fa/totp/activate/").status_code == 200
    assert (
        signed_in(member).get("/account/2fa/totp/activate/").headers["Location"].startswith("/account/reauthenticate/")
    )


def test_the_second_step_takes_persian_digits_and_recovery_codes(member):
    from django.core.cache import cache

    TOTP.activate(member, "JBSWY3DPEHPK3PXP")
    spare = RecoveryCodes.activate(member).get_unused_codes()[0]
    for code in (totp_code("JBSWY3DPEHPK3PXP").translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")), spare):
        cache.clear()
        client = Client()
        client.post("/account/login/", {"login": member.email, "password": "zayande-rud-1405"})
        client.post("/account/2fa/authenticate/", {"code": code})
        assert client.session["_auth_user_id"] == str(member.pk)


def test_a_link_of_a_letter_does_not_walk_around_the_second_step(member):
    from patogh.people import links

    TOTP.activate(member, "JBSWY3DPEHPK3PXP")
    client = Client()
    page = client.post(f"/account/link/{links.token_for(member, member.email)}")
    assert page.headers["Location"] == "/account/2fa/authenticate/"
    assert "_auth_user_id" not in client.session


def test_recovery_codes_are_shown_and_downloaded_as_they_are(member, signed_in):
    TOTP.activate(member, "JBSWY3DPEHPK3PXP")
    codes = RecoveryCodes.activate(member).get_unused_codes()
    client = signed_in(member)
    client.post("/account/reauthenticate/", {"password": "zayande-rud-1405"})
    assert codes[0] in client.get("/account/2fa/recovery-codes/").content.decode()
    assert client.get("/account/2fa/recovery-codes/download/").content.decode().split() == codes


def test_other_devices_are_shown_and_signed_out(member):
    here, there = Client(), Client()
    for client in (here, there):
        client.post(
            "/account/login/",
            {"login": member.email, "password": "zayande-rud-1405"},
            HTTP_USER_AGENT="Mozilla/5.0 (Linux; Android 14) Firefox/130",
        )
    assert "Firefox · اندروید" in here.get("/me/settings/security").content.decode()
    here.post("/account/sessions/")
    assert here.get("/me/settings").status_code == 200
    assert there.get("/me/settings").status_code == 302


def test_an_outside_door_is_offered_when_the_settings_name_one(stranger, settings):
    app = {
        "provider_id": "oidc",
        "name": "سازمان",
        "client_id": "c",
        "secret": "s",
        "settings": {"server_url": "https://id.example"},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    page = stranger.get("/account/login/").content.decode()
    assert "ورود با سازمان" in page
    assert 'action="/account/oidc/oidc/login/' in page
    assert stranger.get("/account/oidc/oidc/login/").status_code == 200
