"""The rules as settings: what they may be, and their one form."""

import json

import pytest

from patogh.ideas.actions import programmes
from patogh.ideas.errors import BadProgramme, BadTerms, ProgrammeTaken
from patogh.ideas.terms import DEFAULTS, as_json, parse, sha256_of
from patogh.ideas.tests import making
from patogh.kit.errors import Forbidden

BAD = {
    "not an object": (7, "terms"),
    "an unknown term": ({"free_money": 1}, "free_money"),
    "true for a number": ({"copies": True}, "copies"),
    "a number as text": ({"copies": "10"}, "copies"),
    "more than the whole": ({"royalty_bps": 10_001}, "royalty_bps"),
    "a number for yes": ({"credit": 1}, "credit"),
    "no station": ({"stations": []}, "stations"),
    "a station before the last": ({"stations": [{"supporters": 9, "days": 1}, {"supporters": 9, "days": 1}]}, "stations"),
    "a station without days": ({"stations": [{"supporters": 9}]}, "stations"),
    "a station of a million days": ({"stations": [{"supporters": 9, "days": 10**6}]}, "stations"),
    "nine stations": ({"stations": [{"supporters": at, "days": 1} for at in range(1, 10)]}, "stations"),
    "an unknown field": ({"fields": {"blood": "required"}}, "fields"),
    "an unknown wish": ({"fields": {"lead": "maybe"}}, "fields"),
    "a rule without words": ({"house_rules": [{"key": "a", "fa": ""}]}, "house_rules"),
    "two rules of one key": ({"house_rules": [{"key": "a", "fa": "آ"}, {"key": "a", "fa": "ب"}]}, "house_rules"),
    "a key of another alphabet": ({"criteria": [{"key": "آ", "fa": "آ"}]}, "criteria"),
    "a weight of zero": ({"criteria": [{"key": "a", "fa": "آ", "weight": 0}]}, "criteria"),
    "no criterion": ({"criteria": []}, "criteria"),
    "points as money": ({"survey_unit": "pt"}, "survey_unit"),
    "an age of nobody": ({"min_age_band": "7"}, "min_age_band"),
    "a null byte": ({"preface_fa": "\0"}, "preface_fa"),
    "a book as preface": ({"preface_en": "x" * 6001}, "preface_en"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_terms_are_refused_by_the_name_of_the_term(name):
    said, field = BAD[name]
    with pytest.raises(BadTerms) as caught:
        parse(said)
    assert caught.value.field == field and str(caught.value)


def test_terms_survive_their_form_and_the_defaults_are_lego_s():
    assert parse(json.loads(json.dumps(as_json(DEFAULTS)))) == DEFAULTS == parse({})
    assert [(one.supporters, one.days) for one in DEFAULTS.stations] == [
        (100, 60),
        (1_000, 365),
        (5_000, 182),
        (10_000, 182),
    ]
    assert (DEFAULTS.royalty_bps, DEFAULTS.copies) == (100, 10)


def test_the_hash_tells_terms_apart():
    assert sha256_of(DEFAULTS) == sha256_of(parse({})) != sha256_of(parse({"copies": 11}))


@pytest.mark.django_db
def test_a_programme_has_one_address_a_name_and_somebody_with_the_right(owner, moderator):
    making.programme(owner)
    with pytest.raises(ProgrammeTaken):
        making.programme(owner)
    with pytest.raises(Forbidden):
        making.programme(moderator, slug="other")
    for slug in ("", "Ü", "a_b", "-a", "a" * 41, "new"):
        with pytest.raises(BadProgramme):
            making.programme(owner, slug=slug)


@pytest.mark.django_db
def test_a_category_that_is_retired_keeps_its_ideas_and_takes_no_new_ones(owner):
    here = making.programme(owner)
    shelf = programmes.put_category(here, programmes.Shelf("parts", "قطعه‌ها"), by=owner)
    assert programmes.put_category(here, programmes.Shelf("parts", "قطعات"), by=owner) == shelf
    assert not programmes.retire_category(shelf, by=owner).is_offered
    assert programmes.put_category(here, programmes.Shelf("parts", "قطعات"), by=owner).is_offered
