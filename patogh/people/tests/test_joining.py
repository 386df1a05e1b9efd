import re

import pytest
from allauth.account.models import EmailAddress

from patogh.activity.models import Activity
from patogh.people import actions, handles
from patogh.people.errors import EmailTaken, HandleTaken, NameUnreadable, PhoneTaken
from patogh.people.models import Identity, IdentityLink, Member
from patogh.people.sms import MemorySender

pytestmark = pytest.mark.django_db
JOIN = {"name": "سارا محمدی", "contact": "sara@example.org", "age_band": "adult"}


def code_in(text: str) -> str:
    return re.search(r"\b(\d{6})\b", text).group(1)


def test_joining_makes_person_identity_link_and_one_activity():
    member = actions.join("سارا محمدی", email="sara@example.org", age_band="adult")
    assert member.handle == "sara_mhmdi"
    assert member.identity.person.identities.get() == member.identity
    assert IdentityLink.objects.get().why == "joined"
    assert Activity.objects.get().verb == "people.member_joined"


def test_a_name_loses_direction_marks_and_zero_width_letters():
    member = actions.join("\u202eسارا\u200b\u2066 \u200f")
    assert member.name == "سارا"


@pytest.mark.parametrize("name", ["", "   ", "\u200b\u200e\u202e", "x" * 61])
def test_a_name_that_nobody_can_read_is_refused(name):
    with pytest.raises(NameUnreadable):
        actions.join(name)


@pytest.mark.parametrize("handle", ["admin", "settings", "ab", "mina kiani", "مینا", "a" * 31, "../etc"])
def test_a_reserved_or_malformed_handle_is_refused(handle):
    with pytest.raises(HandleTaken):
        actions.join("مینا", handle=handle)


def test_two_people_of_one_name_get_two_handles():
    first, second = actions.join("مینا رفیعی"), actions.join("مینا رفیعی")
    assert (first.handle, second.handle) == ("mina_rfiai", "mina_rfiai_2") or second.handle == f"{first.handle}_2"


def test_a_name_without_letters_still_gets_a_handle():
    assert handles.HANDLE.fullmatch(actions.join("🚲🚲").handle)


def test_an_address_or_number_belongs_to_one_account():
    actions.join("یک", email="a@example.org", phone="09131234567")
    with pytest.raises(EmailTaken):
        actions.join("دو", email="A@example.org")
    with pytest.raises(PhoneTaken):
        actions.join("دو", phone="۰۹۱۳ ۱۲۳ ۴۵۶۷")


def test_a_stranger_joins_with_an_address_and_the_code(stranger, mailoutbox):
    page = stranger.post("/account/signup/", JOIN)
    assert page.headers["Location"] == "/account/confirm-email/"
    stranger.post("/account/confirm-email/", {"code": code_in(mailoutbox[0].body)})
    member = Member.objects.get(handle="sara_mhmdi")
    assert stranger.session["_auth_user_id"] == str(member.pk)
    assert Identity.objects.get(kind="email").person_id == member.identity.person_id


def test_persian_digits_of_a_code_are_understood(stranger, mailoutbox):
    stranger.post("/account/signup/", JOIN)
    code = code_in(mailoutbox[0].body).translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    stranger.post("/account/confirm-email/", {"code": f" {code} "})
    assert "_auth_user_id" in stranger.session


def test_a_stranger_joins_with_a_number_and_the_code(stranger):
    page = stranger.post("/account/signup/", {**JOIN, "contact": "۰۹۱۳ ۱۲۳ ۴۵۶۷"})
    assert page.headers["Location"] == "/account/phone/verify/"
    phone, text = MemorySender.sent[0]
    assert phone == "+989131234567"
    stranger.post("/account/phone/verify/", {"code": code_in(text)})
    member = Member.objects.get(phone="+989131234567")
    assert stranger.session["_auth_user_id"] == str(member.pk)
    assert member.phone_verified_at is not None


def test_the_welcome_letter_has_both_languages_of_bodies_and_no_foreign_header(stranger, mailoutbox):
    stranger.post("/account/signup/", JOIN)
    mail = mailoutbox[0]
    html, kind = mail.alternatives[0]
    assert kind == "text/html"
    assert 'dir="rtl"' in html
    assert "خوش آمدید" in mail.subject
    assert "http://testserver/account/link/" in mail.body


def test_a_line_break_in_an_address_sends_nothing(stranger, mailoutbox):
    page = stranger.post("/account/signup/", {**JOIN, "contact": "sara@example.org\nBcc: all@example.org"})
    assert page.status_code == 200
    assert not mailoutbox
    assert "نه نشانی ایمیل است" in page.content.decode()


def test_a_line_break_in_a_name_becomes_a_space(stranger, mailoutbox):
    stranger.post("/account/signup/", {**JOIN, "name": "سارا\r\nBcc: x@example.org"})
    assert "\n" not in mailoutbox[0].subject
    assert mailoutbox[0].to == ["sara@example.org"]


def test_joining_with_a_taken_address_looks_the_same_and_tells_its_owner(stranger, member, mailoutbox):
    fresh = stranger.post("/account/signup/", JOIN)
    stranger.cookies.clear()
    taken = stranger.post("/account/signup/", {**JOIN, "contact": member.email})
    assert (fresh.status_code, fresh.headers["Location"]) == (taken.status_code, taken.headers["Location"])
    assert "حساب دارید" in mailoutbox[-1].subject
    assert Member.objects.filter(email=member.email).count() == 1


def test_a_machine_that_fills_the_trap_makes_no_account(stranger):
    stranger.post("/account/signup/", {**JOIN, "website": "https://spam.example"})
    assert not Member.objects.filter(email="sara@example.org").exists()


def test_whoever_proves_an_address_shuts_out_the_password_of_whoever_typed_it(stranger, mailoutbox, client):
    stranger.post("/account/signup/", {**JOIN, "password1": "the-thief-was-first"})
    client.post("/account/login/code/", {"contact": "sara@example.org"})
    client.post("/account/login/code/confirm/", {"code": code_in(mailoutbox[-1].body)})
    assert "_auth_user_id" in client.session
    assert not Member.objects.get(email="sara@example.org").has_usable_password()


def test_joining_with_a_password_keeps_it(stranger, mailoutbox):
    stranger.post("/account/signup/", {**JOIN, "password1": "zayande-rud-1405"})
    stranger.post("/account/confirm-email/", {"code": code_in(mailoutbox[0].body)})
    assert Member.objects.get(email="sara@example.org").check_password("zayande-rud-1405")


def test_a_wrong_age_or_missing_name_is_said_at_its_field(stranger):
    page = stranger.post("/account/signup/", {"contact": "sara@example.org", "age_band": "cat"}).content.decode()
    assert "این نباید خالی بماند" in page
    assert not EmailAddress.objects.filter(email="sara@example.org").exists()


def test_loading_members_keeps_their_dates_and_makes_the_same_ids_again():
    import datetime as dt

    then = dt.datetime(2025, 10, 1, 9, 0, tzinfo=dt.UTC)
    made = actions.load_members(
        [actions.NewMember("shirin", "شیرین", then, email="shirin@example.org", roles=["ambassador"])]
    )[0]
    activity = Activity.objects.get(subject_id=str(made.pk))
    assert activity.happened_at == made.joined_at == then
    assert made.is_ambassador
    assert str(activity.pk).startswith("01999")
