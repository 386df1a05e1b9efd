"""Normal forms of phones, addresses, dates and columns."""

import pytest

from patogh.persons.resolving import columns, fields, keys, levels
from patogh.persons.resolving.fields import Record
from patogh.persons.resolving.forms import compared
from patogh.persons.resolving.scoring import Weights, score


@pytest.mark.parametrize(
    ("text", "region", "number"),
    [
        ("۰۹۱۲ ۱۲۳ ۴۵۶۷", "IR", "+989121234567"), ("٠٩١٢١٢٣٤٥٦٧", "IR", "+989121234567"), ("0098 912-123-4567", "DE", "+989121234567"),
        ("989121234567", "IR", "+989121234567"), ("۰۹۱۲‌۱۲۳‌۴۵۶۷", "IR", "+989121234567"), ("(415) 555-2671", "US", "+14155552671"),
        ("0171 1234567", "DE", "+491711234567"), ("+۴۹ ۱۷۱ ۱۲۳۴۵۶۷", "IR", "+491711234567"), ("0501234567", "AE", "+971501234567"),
        ("0532 123 45 67", "TR", "+905321234567"), ("12", "IR", ""), ("call me", "IR", ""), ("", "IR", ""), ("9" * 500, "IR", ""),
    ],
)  # fmt: skip
def test_a_phone_of_five_countries_is_e164(text, region, number):
    assert fields.phone(text, region) == number


def test_an_unreadable_number_is_compared_and_is_no_identity():
    assert fields.phone("555-0134 77", "US") == ""
    assert fields.phone_compared("555-0134 77", "US").startswith("~")


def test_gmail_dots_count_only_where_addresses_are_compared():
    assert fields.email("Ali.K+news@Gmail.com") == "ali.k+news@gmail.com"
    assert fields.email_compared("Ali.K+news@Gmail.com") == fields.email_compared("alik@googlemail.com")
    assert fields.email("no address") == fields.email("a@b@c") == ""


@pytest.mark.parametrize(
    ("text", "digits", "is_ambiguous"),
    [
        ("1991-04-23", "19910423", False), ("19910423", "19910423", False), ("۱۳۷۰/۰۲/۰۳", "19910423", False), ("25.12.1980", "19801225", False),
        ("12/25/1980", "19801225", False), ("03/04/1990", "19900403", True), ("1991-04-23T00:00:00Z", "19910423", False),
        ("۱۳۷۰/۱۳/۰۱", "", False), ("soon", "", False), ("99/99/99", "", False),
    ],
)  # fmt: skip
def test_a_birth_date_is_read_in_two_calendars(text, digits, is_ambiguous):
    assert fields.birth(text)[:2] == (digits, is_ambiguous)


def test_an_impossible_day_keeps_its_digits_and_has_no_iso():
    assert fields.birth("19560439").digits == "19560439"
    assert fields.birth("19560439").iso == ""


def test_an_iranian_postcode_is_ten_digits():
    assert fields.postcode("۱۲۳۴۵-۶۷۸۹۰") == "1234567890"


@pytest.mark.parametrize(
    ("name", "meaning"),
    [("firstName", "given"), ("نام خانوادگی", "family"), ("تاريخ تولد", "birth"), ("شماره موبایل", "phone"), ("E-Mail", "email"), ("soc_sec_id", "external"), ("address_1", "street"), ("plugh", "")],
)  # fmt: skip
def test_a_column_is_known_by_its_name_in_two_languages(name, meaning):
    assert columns.by_name(name) == meaning


def test_a_nameless_column_is_known_by_what_stands_in_it_and_others_get_a_sentence():
    found = columns.recognised(
        ["id", "x1", "x2"], [["1", "a@b.org", "blue"], ["2", "c@d.org", "red"], ["3", "e@f.org", "red"]]
    )
    assert [one.meaning for one in found] == ["id", "email", ""]
    assert "x2" in found[2].sentence_en and "x2" in found[2].sentence_fa


def test_a_score_tells_its_reasons_in_both_scripts():
    left = compared(Record("1", "محمد", "صالحی", "1370/02/03", ("۰۹۱۲ ۱۲۳ ۴۵۶۷",)))
    right = compared(Record("2", "Mohammad", "Salehi", "1991-04-23", ("+98 912 123 4567",)))
    said = score(left, right, Weights.default())
    assert {(one.field, one.level) for one in said.reasons} == {
        ("given", "sound"),
        ("family", "sound"),
        ("birth", "same"),
        ("phone", "same"),
    }
    assert said.probability > 0.999 and not said.veto
    assert score(right, left, Weights.default()).weight == pytest.approx(said.weight)
    assert set(keys.keys_of(left)) & set(keys.keys_of(right)) >= {"p:+989121234567", "kk:mhmd|slh"}


def test_a_relative_with_the_same_phone_is_vetoed():
    left = compared(Record("1", "علی", "صالحی", "", ("09121234567",)))
    right = compared(Record("2", "رضا", "صالحی", "", ("09121234567",)))
    assert score(left, right, Weights.default()).veto == "given"


def test_weights_survive_json_and_nonsense_is_refused():
    weights = Weights.default()
    assert Weights.from_json(weights.to_json()) == weights
    for text in ("[]", '{"format": 9}', "{}", '{"format": 1, "odds": 3}'):
        with pytest.raises(ValueError):
            Weights.from_json(text)


def test_one_byte_letters_come_back():
    assert levels.from_one_byte(levels.one_byte("حسینزاده")) == "حسینزاده"
    assert len(levels.one_byte("حسینزاده").encode()) == 8
