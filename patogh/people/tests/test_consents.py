"""Consent: what one says, what stands, and what never leaves."""

import datetime as dt
import json

import pytest
from django.core import mail
from django.db import DatabaseError, transaction
from django.utils import timezone

from patogh.activity.models import Activity
from patogh.people import consent
from patogh.people.actions import confirm_email, confirm_phone, link_identity, unlink
from patogh.people.actions.erasing import erase_member
from patogh.people.consent import actions, asking, gate, importing, links, receipts, texts
from patogh.people.consent.errors import (
    ConsentLinkUnreadable,
    ConsentWithdrawn,
    EvidenceMissing,
    FileUnreadable,
    MethodUnknown,
    MomentUnreadable,
    NoConsent,
    PurposeUnknown,
    TooYoung,
    WayUnknown,
    WhyMissing,
    WordsMissing,
    WordsTooLong,
)
from patogh.people.models import Consent, ConsentCount, ConsentText, Identity, Member, Person

SAID = {"words": "خبرها را با پیامک بفرستید", "method": "form", "language": "fa"}
NUMBER = "30001234"


@pytest.fixture
def phone(db, brand) -> Identity:
    """A claimed mobile number with a person of its own."""
    return Identity.objects.create(kind="phone", value="+989131234567", person=Person.objects.create())


@pytest.fixture
def proved(member) -> Identity:
    """Mina's proved address."""
    return confirm_email(member, "mina@example.org")


def is_let(identity: Identity, purpose: str = "offers", channel: str = "sms", sender: str = NUMBER) -> bool:
    try:
        consent.may_send(identity, purpose, channel, sender)
    except NoConsent:
        return False
    return True


def test_silence_permits_nothing_and_service_needs_no_yes(phone):
    with pytest.raises(NoConsent):
        consent.may_send(phone, "offers", "sms", NUMBER)
    consent.may_send(phone, "service", "sms", NUMBER)


def test_a_yes_permits_this_purpose_this_channel_and_this_address(phone):
    consent.give(phone, "offers", "sms", **SAID)
    assert is_let(phone)
    assert not is_let(phone, "news")
    assert not is_let(phone, channel="mail")
    other = Identity.objects.create(kind="phone", value="+989121111111", person=phone.person)
    assert not is_let(other)


def test_a_no_of_any_identity_stands_for_the_whole_person(phone):
    consent.give(phone, "offers", "sms", **SAID)
    other = Identity.objects.create(kind="phone", value="+989121111111", person=phone.person)
    consent.withdraw(other, "offers", "sms", sender=NUMBER, method="sms_word")
    assert not is_let(phone)
    assert is_let(phone, sender="another number")
    with pytest.raises(ConsentWithdrawn):
        consent.may_send(phone, "offers", "sms", NUMBER)


def test_a_no_to_one_number_is_not_lifted_by_a_later_form(phone):
    consent.withdraw(phone, "offers", "sms", sender=NUMBER, method="sms_word")
    consent.give(phone, "offers", "sms", **SAID)
    assert not is_let(phone)
    assert is_let(phone, sender="another number")
    consent.give(phone, "offers", "sms", sender=NUMBER, **SAID)
    assert is_let(phone)


def test_the_account_lifts_what_an_address_of_hers_had_stopped(member, proved):
    consent.withdraw(proved, "news", "mail", method="unsubscribed")
    consent.give(member.identity, "news", "mail", by=member, **{**SAID, "method": "settings"})
    assert is_let(proved, "news", "mail", "")


def test_the_yes_of_an_account_reaches_proved_addresses_only(member, proved):
    claimed = Identity.objects.create(kind="email", value="claimed@example.org", person=member.identity.person)
    consent.give(member.identity, "news", "mail", by=member, **{**SAID, "method": "settings"})
    assert is_let(proved, "news", "mail", "")
    assert not is_let(claimed, "news", "mail", "")


def test_a_link_lends_no_consent_and_its_undoing_gives_everything_back(phone, proved, member, owner):
    consent.give(proved, "offers", "mail", **SAID)
    consent.withdraw(phone, "offers", "mail", method="spoken")
    before = list(Consent.objects.order_by("pk").values())
    link = link_identity(phone, member.identity.person, by=owner)
    assert not is_let(proved, "offers", "mail")
    unlink(link, by=owner)
    assert is_let(proved, "offers", "mail")
    assert list(Consent.objects.order_by("pk").values()) == before


def test_a_word_that_comes_late_does_not_win_over_a_newer_one(phone):
    consent.withdraw(phone, "offers", "sms", method="spoken")
    consent.give(phone, "offers", "sms", at=timezone.now() - dt.timedelta(days=300), **SAID)
    assert not is_let(phone)


def test_the_same_word_twice_is_one_row_and_one_activity(phone):
    first, second = (consent.give(phone, "offers", "sms", **SAID) for _ in range(2))
    assert first == second
    assert Activity.objects.filter(verb="people.consent_given").count() == 1


def test_the_gate_answers_for_many_as_for_one(phone, member, proved):
    consent.give(phone, "offers", "sms", **SAID)
    consent.give(member.identity, "offers", "sms", by=member, **{**SAID, "method": "settings"})
    both = [phone, proved]
    assert consent.allowed(both, "offers", "sms", NUMBER) == {one.pk for one in both if is_let(one)}


def test_the_gate_asks_as_often_for_thirty_as_for_one(phone, django_assert_num_queries):
    many = [
        Identity.objects.create(kind="phone", value=f"+98913000{n:04}", person=Person.objects.create())
        for n in range(30)
    ]
    for some in ([phone], many):
        with django_assert_num_queries(4):
            consent.allowed(some, "offers", "sms", NUMBER)


def test_minors_get_no_marketing_whatever_a_form_says(member, proved):
    Member.objects.filter(pk=member.pk).update(age_band="under16")
    with pytest.raises(TooYoung):
        consent.give(proved, "offers", "mail", **SAID)
    with pytest.raises(TooYoung):
        consent.may_send(proved, "news", "mail")
    assert consent.allowed([proved], "news", "mail") == set()


@pytest.mark.parametrize(
    ("cell", "said", "error"),
    [
        (("gossip", "sms"), SAID, PurposeUnknown),
        (("service", "sms"), SAID, PurposeUnknown),
        (("offers", "pigeon"), SAID, WayUnknown),
        (("offers", "sms"), {**SAID, "words": " \n"}, WordsMissing),
        (("offers", "sms"), {**SAID, "words": "و" * 4001}, WordsTooLong),
        (("offers", "sms"), {**SAID, "sender": "9" * 121}, WordsTooLong),
        (("offers", "sms"), {**SAID, "evidence": {"a": "x" * 5000}}, WordsTooLong),
        (("offers", "sms"), {**SAID, "method": "magic"}, MethodUnknown),
        (("offers", "sms"), {**SAID, "at": dt.datetime(2030, 1, 1, tzinfo=dt.UTC)}, MomentUnreadable),
        (("offers", "sms"), {**SAID, "at": dt.datetime(2020, 1, 1)}, MomentUnreadable),  # noqa: DTZ001 - the point of it
    ],
    ids=[
        "purpose", "service", "channel", "no words", "long words", "long sender", "long evidence", "method", "future",
        "naive",
    ],
)  # fmt: skip
def test_what_is_no_consent_is_refused_with_a_sentence(phone, cell, said, error):
    with pytest.raises(error) as refusal:
        consent.give(phone, *cell, **said)
    assert str(refusal.value)
    assert not Consent.objects.exists()


def test_rows_and_words_cannot_be_changed_or_deleted(phone, owner):
    row = consent.give(phone, "offers", "sms", **SAID)
    text = consent.write_text("offers", "sms", "تازه", "new", by=owner)
    for rows in (Consent.objects.filter(pk=row.pk), ConsentText.objects.filter(pk=text.pk)):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        Consent.objects.filter(pk=row.pk).update(words="دیگر")


def test_new_words_leave_the_old_yes_as_it_was(phone, owner):
    first = texts.text_of("offers", "sms")
    row = consent.give(phone, "offers", "sms", **{**SAID, "words": first.words("fa")})
    consent.write_text("offers", "sms", "متنِ {brand} با {channel}", "words of {brand}", by=owner)
    row.refresh_from_db()
    assert texts.text_of("offers", "sms").words("fa") == "متنِ رکاب با پیامک"
    assert row.words == first.words("fa")


def test_counters_tell_what_stands_and_how_it_was_said(phone):
    consent.give(phone, "offers", "sms", **SAID)
    consent.withdraw(phone, "offers", "sms", method="sms_word")
    found = {row.method: (row.given_count, row.withdrawn_count) for row in ConsentCount.objects.all()}
    assert found == {"": (0, 1), "form": (1, 0), "sms_word": (0, 1)}


def test_coming_back_by_a_number_restores_only_what_was_given(phone):
    consent.give(phone, "news", "sms", **SAID)
    consent.withdraw_all(phone, "sms", sender=NUMBER, method="sms_word")
    assert not is_let(phone, "news")
    rows = consent.rejoin(phone, "sms", NUMBER, method="sms_word")
    assert [row.purpose for row in rows] == ["news"]
    assert rows[0].words == SAID["words"]
    assert is_let(phone, "news")
    assert not is_let(phone, "offers")


def test_a_number_alone_is_no_consent(phone):
    assert consent.rejoin(phone, "sms", NUMBER, method="sms_word") == []
    consent.withdraw_all(phone, "sms", sender=NUMBER, method="sms_word")
    assert consent.rejoin(phone, "sms", NUMBER, method="sms_word") == []


def test_an_erasure_keeps_the_no_and_empties_what_proved_it(member, proved):
    consent.withdraw(proved, "offers", "mail", method="form", evidence={"ip": "203.0.113.5"})
    value = proved.value
    erase_member(member)
    row = Consent.objects.get()
    assert row.evidence == {}
    again = Identity.objects.create(kind="email", value=value, person=Person.objects.create())
    consent.give(again, "offers", "mail", **SAID)
    assert not is_let(again, "offers", "mail")
    consent.give(again, "offers", "mail", **{**SAID, "words": "باز هم", "method": "confirmed"})
    assert is_let(again, "offers", "mail")


def test_her_copy_holds_her_consents(member, proved):
    from patogh.people.leaving import belonging

    consent.give(proved, "offers", "mail", **SAID)
    kept = next(one for one in belonging.kept() if one.name == "people.consent")
    assert [row.words for row in kept.rows_of(member)] == [SAID["words"]]
    assert {"words", "method", "evidence", "receipt"} <= {field.name for field in kept.exported}


# Links and the letter that asks


def test_a_link_opens_its_address_alone_and_dies_with_it(proved, other_member):
    token = links.token(proved, "news")
    assert links.read(token).identity == proved
    with pytest.raises(ConsentLinkUnreadable):
        links.read(token[:-2])
    Identity.objects.filter(pk=proved.pk).update(value="former_1:1")
    with pytest.raises(ConsentLinkUnreadable):
        links.read(token)


def test_one_click_of_a_mail_program_ends_what_its_letter_was(proved, stranger):
    consent.give(proved, "news", "mail", **SAID)
    consent.give(proved, "offers", "mail", **SAID)
    path = links.address(proved, "news").partition("/consent/")[2]
    assert stranger.get(f"/consent/{path}").status_code == 200
    assert is_let(proved, "news", "mail", "")
    assert stranger.post(f"/consent/{path}", {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not is_let(proved, "news", "mail", "")
    assert is_let(proved, "offers", "mail", "")


def test_without_signing_in_an_address_gives_and_takes_back(proved, stranger):
    place = f"/consent/{links.token(proved)}"
    said = {"purpose": "news", "channel": "mail", "state": "given"}
    assert stranger.post(place, said).status_code == 302
    assert is_let(proved, "news", "mail", "")
    row = Consent.objects.get()
    assert (row.method, row.words) == ("link", texts.text_of("news", "mail").words("fa"))
    assert str(row.receipt) in stranger.get(place).content.decode()
    assert stranger.get(f"{place}/{row.receipt}.json").json()["receipt_metadata"]["receipt_id"] == str(row.receipt)
    stranger.post(place, {**said, "state": "withdrawn"})
    assert not is_let(proved, "news", "mail", "")


@pytest.mark.parametrize(
    "said",
    [{}, {"purpose": "news", "channel": "mail", "state": "maybe"}, {"purpose": "news", "channel": "sms", "state": "given"},
     {"purpose": "x" * 9999, "channel": "mail", "state": "given"}],
    ids=["nothing", "state", "another channel", "long"],
)  # fmt: skip
def test_a_link_refuses_what_it_does_not_know(proved, stranger, said):
    assert stranger.post(f"/consent/{links.token(proved)}", said).status_code == 400
    assert not Consent.objects.exists()


def test_an_address_that_nobody_proved_is_asked_by_a_letter(stranger, brand, django_capture_on_commit_callbacks):
    from patogh.activity.models import Job

    said = {"email": "Leila@Example.org", "wanted": ["news"]}
    for _ in range(2):
        assert stranger.post("/consent", said).status_code == 200
    job = Job.objects.get(task="people.ask_for_consent")
    asking.send_question(**job.args)
    assert mail.outbox[0].to == ["leila@example.org"]
    assert not Consent.objects.exists()
    letter = mail.outbox[0].body
    path = "/consent/confirm/" + letter.partition("/consent/confirm/")[2].split()[0]
    assert stranger.get(path).status_code == 200
    assert not Consent.objects.exists()
    assert stranger.post(path).status_code == 302
    row = Consent.objects.get()
    assert (row.method, row.identity.value, row.identity.verified_at is not None) == (
        "confirmed",
        "leila@example.org",
        True,
    )


@pytest.mark.parametrize(
    "said", [{"email": "nobody", "wanted": "news"}, {"email": "a@b.org"}, {"email": "a@b.org", "wanted": "service"}],
    ids=["address", "nothing wanted", "not a purpose"],
)  # fmt: skip
def test_a_wrong_wish_is_answered_with_a_sentence(stranger, said):
    assert stranger.post("/consent", said).status_code == 400
    assert not mail.outbox


# Pages of the member


def test_she_agrees_and_takes_back_with_one_tap_each(member, proved, signed_in):
    client = signed_in(member)
    said = {"purpose": "offers", "channel": "sms", "state": "given"}
    assert client.post("/me/settings/consent", said).status_code == 302
    row = Consent.objects.get()
    page = client.get("/me/settings/consent").content.decode()
    assert str(row.receipt) in page
    assert row.words in page
    client.post("/me/settings/consent", {**said, "state": "withdrawn"})
    assert not is_let(member.identity)


def test_one_button_takes_everything_back(member, proved, signed_in):
    consent.give(proved, "offers", "mail", **SAID)
    consent.give(member.identity, "drafting", "here", by=member, **{**SAID, "method": "settings"})
    signed_in(member).post("/me/settings/consent", {"all": "1"})
    assert not is_let(proved, "offers", "mail", "")
    assert not is_let(member.identity, "drafting", "here", "")


def test_a_receipt_has_the_fields_of_the_standard_and_its_own_hash(member, signed_in, other_member):
    row = consent.give(member.identity, "news", "mail", by=member, **{**SAID, "method": "settings"})
    address = f"/me/settings/consent/{row.receipt}"
    made = signed_in(member).get(f"{address}.json").json()
    assert made["receipt_metadata"]["schema_version"] == "ISO/IEC TS 27560:2023"
    assert made["pii_processing"]["privacy_notice"]["text"] == SAID["words"]
    assert made["events"][0]["event_state"] == "given"
    assert made["kantara"]["consentReceiptID"] == str(row.receipt)
    assert receipts.hashed(made) == made["hash"]["value"]
    assert made["hash"]["value"] in signed_in(member).get(address).content.decode()
    assert signed_in(other_member).get(address).status_code == 404


# The team


def test_the_team_writes_new_words_and_sees_the_counts(owner, phone, signed_in):
    consent.give(phone, "offers", "sms", **SAID)
    client = signed_in(owner)
    said = {"purpose": "offers", "channel": "sms", "fa": "متن تازه", "en": "new words"}
    assert client.post("/team/consent/texts", said).status_code == 302
    page = client.get("/team/consent").content.decode()
    assert "متن تازه" in page
    assert "+989131234567" not in page


def test_a_copy_asks_what_for_and_writes_it_down(owner, phone, signed_in):
    consent.give(phone, "offers", "sms", **{**SAID, "evidence": {"said": "=HYPERLINK()"}, "words": "=1+1 خبر"})
    client = signed_in(owner)
    assert client.post("/team/consent/copies", {"why": "ab"}).status_code == 400
    answer = client.post("/team/consent/copies", {"why": "پاسخ به ناظر"})
    lines = b"".join(answer.streaming_content).decode()
    assert "+989131234567" in lines
    assert "'=1+1" in lines
    assert Activity.objects.get(verb="people.consents_exported").data["why"] == "پاسخ به ناظر"
    with pytest.raises(WhyMissing):
        consent.note_export("  ", {}, by=owner)


def test_an_agent_sees_none_of_it(agent, signed_in):
    assert signed_in(agent).get("/team/consent").status_code == 404


HEAD = "address,purpose,channel,state,words,method,evidence,at\n"
FINE = "۰۹۱۳۱۲۳۴۵۶۷,offers,sms,given,خبر بفرستید,paper,برگهٔ ۱۲ در نمایشگاه,2026-03-01T10:00:00+03:30\n"


def test_a_file_brings_consents_with_words_and_evidence(owner):
    taken = importing.take_file((HEAD + FINE + FINE).encode(), by=owner)
    assert (taken.new, taken.known, taken.left_out) == (1, 1, [])
    row = Consent.objects.get()
    assert row.identity.value == "+989131234567"
    assert row.identity.verified_at is None
    assert row.evidence["said"] == "برگهٔ ۱۲ در نمایشگاه"
    assert importing.take_file((HEAD + FINE).encode(), by=owner).known == 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("offers", "gossip"), ("sms", "pigeon"), ("given", "yes"), ("خبر بفرستید", ""), ("paper", "settings"),
        ("برگهٔ ۱۲ در نمایشگاه", ""), ("2026-03-01T10:00:00+03:30", "yesterday"), ("2026-03-01T10:00:00+03:30", "2031-03-01T10:00:00Z"),
        ("۰۹۱۳۱۲۳۴۵۶۷", "nobody"), ("2026-03-01T10:00:00+03:30", "2026-13-45T10:00:00Z"),
    ],
    ids=["purpose", "channel", "state", "words", "method", "evidence", "moment", "future", "address", "no such day"],
)  # fmt: skip
def test_a_row_that_is_no_consent_is_left_out_with_a_reason(owner, old, new):
    taken = importing.take_file((HEAD + FINE.replace(old, new)).encode(), by=owner)
    assert taken.new == 0
    assert taken.left_out[0][1]
    assert not Consent.objects.exists()


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\x00", b"a,b\n1,2\n", HEAD.encode("utf-16"), b"x" * 5_000_001],
    ids=["empty", "bytes", "other columns", "utf-16", "large"],
)  # fmt: skip
def test_a_file_that_is_none_is_refused(owner, content):
    with pytest.raises(FileUnreadable):
        importing.take_file(content, by=owner)


def test_lines_out_of_order_end_where_time_ends_them(owner):
    no = FINE.replace("given,خبر بفرستید", "withdrawn,").replace("2026-03-01", "2026-05-01")
    importing.take_file((HEAD + no + FINE).encode(), by=owner)
    assert not is_let(Identity.objects.get(kind="phone"))


def test_a_file_brings_no_yes_of_somebody_erased(owner, member):
    consent.withdraw(confirm_phone(member, "+989131234567"), "offers", "sms", method="spoken")
    erase_member(member)
    taken = importing.take_file((HEAD + FINE).encode(), by=owner)
    assert taken.new == 0
    assert len(taken.left_out) == 1


def test_rows_from_elsewhere_want_evidence(owner, phone):
    with pytest.raises(EvidenceMissing):
        actions.take_consents([(phone, "given", "offers", "sms", SAID)], by=owner)


def test_a_receipt_is_json_that_programs_read(phone):
    made = receipts.receipt(consent.give(phone, "offers", "sms", **SAID), "en")
    assert json.loads(json.dumps(made)) == made
    assert gate.digest_source("email") == "consent:email"


def test_a_second_yes_of_hers_lifts_a_no_that_came_between(member, proved):
    for _ in range(2):
        consent.give(member.identity, "news", "mail", by=member, **{**SAID, "method": "settings"})
        assert is_let(proved, "news", "mail", "")
        consent.withdraw(proved, "news", "mail", method="unsubscribed")
        assert not is_let(proved, "news", "mail", "")
