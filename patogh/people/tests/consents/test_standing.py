"""Consent: what one says, what stands, and what never leaves."""

import datetime as dt

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from patogh.activity.models import Activity
from patogh.people import consent
from patogh.people.actions import link_identity, unlink
from patogh.people.actions.erasing import erase_member
from patogh.people.consent import texts
from patogh.people.consent.errors import (
    ConsentWithdrawn,
    MethodUnknown,
    MomentUnreadable,
    NoConsent,
    PurposeUnknown,
    TooYoung,
    WayUnknown,
    WordsMissing,
    WordsTooLong,
)
from patogh.people.models import Consent, ConsentCount, ConsentText, Identity, Member, Person
from patogh.people.tests.consents.saying import NUMBER, SAID, is_let


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


def test_a_second_yes_of_hers_lifts_a_no_that_came_between(member, proved):
    for _ in range(2):
        consent.give(member.identity, "news", "mail", by=member, **{**SAID, "method": "settings"})
        assert is_let(proved, "news", "mail", "")
        consent.withdraw(proved, "news", "mail", method="unsubscribed")
        assert not is_let(proved, "news", "mail", "")
