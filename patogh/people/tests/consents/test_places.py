"""Where consents are given and taken back: links, letters, settings, receipts, the team's desk, files."""

import json

import pytest
from django.core import mail

from patogh.activity.models import Activity
from patogh.people import consent
from patogh.people.actions import confirm_phone
from patogh.people.actions.erasing import erase_member
from patogh.people.consent import actions, asking, gate, importing, links, receipts, texts
from patogh.people.consent.errors import (
    ConsentLinkUnreadable,
    EvidenceMissing,
    FileUnreadable,
    WhyMissing,
)
from patogh.people.models import Consent, Identity
from patogh.people.tests.consents.saying import SAID, is_let


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


def test_what_is_refused_is_named_in_the_readers_words(stranger):
    page = stranger.post("/consent", {"email": "nobody"}).content.decode()
    assert "نشانی ایمیل</a>: این نشانی ایمیل نیست" in page
    assert "برای چه</a>: دست‌کم یکی از این‌ها را برگزینید" in page


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


# What ISO/IEC TS 27560:2023 calls mandatory in a record (6.3), and what it calls optional and we tell.
MANDATORY = {
    "record": {"record_metadata", "pii_processing", "party_identification", "events"},
    "metadata": {"schema_version", "record_id", "pii_principal_id"},
    "processing": {"privacy_notice", "language", "purposes"},
    "purpose": {
        "purpose", "pii_information", "pii_controllers", "storage_locations", "retention_period", "jurisdiction", "recipient_third_parties",
        "withdrawal_method", "purpose_type", "lawful_basis", "collection_method", "processing_method", "processing_locations", "services", "privacy_rights",
    },
    "pii": {"pii_type", "pii_attribute_id", "pii_optional", "sensitive_pii_category", "special_pii_category"},
    "party": {"party_id", "party_address", "party_name", "party_contact", "party_type", "party_role", "party_url", "party_email"},
    "event": {"event_time", "validity_duration", "entity_id", "event_type", "event_state"},
}  # fmt: skip


def test_a_receipt_leaves_out_no_field_that_the_standard_asks_for(member, settings):
    settings.CONTROLLER_ADDRESS, settings.CONTROLLER_CONTACT = "تهران، خیابان کارگر، ۱۲", "data@rekab.example"
    made = receipts.receipt(consent.give(member.identity, "news", "mail", by=member, **SAID), "fa")
    use, party = made["pii_processing"]["purposes"][0], made["party_identification"][0]
    said = {
        "record": made, "metadata": made["record_metadata"], "processing": made["pii_processing"], "purpose": use,
        "pii": use["pii_information"][0], "party": party, "event": made["events"][0],
    }  # fmt: skip
    empty = {
        f"{part}.{name}"
        for part, names in MANDATORY.items()
        for name in names
        if said[part].get(name, "") in ("", None) or name not in said[part]
    }
    assert empty == set()
    assert use["pii_controllers"] == [party["party_id"]]
    assert (party["party_address"], party["party_email"]) == ("تهران، خیابان کارگر، ۱۲", "data@rekab.example")


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
