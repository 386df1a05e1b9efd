import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from patogh.activity import jobs
from patogh.people import actions as people
from patogh.people.actions.erasing import erase_member
from patogh.people.identifying import identities_of_many, identity_of
from patogh.people.models import Identity, Person
from patogh.persons import limits
from patogh.persons.actions.indexing import name_identity
from patogh.persons.actions.suggesting import refuse_suggestion, reopen_suggestion
from patogh.persons.errors import SuggestionDecided
from patogh.persons.matching import facts, match_person, words
from patogh.persons.matching.asked import Asked
from patogh.persons.matching.tasks import index_persons, key_persons
from patogh.persons.merging import merge_persons, undo_merge
from patogh.persons.models import MatchKey, MatchRecord, Suggestion
from patogh.persons.resolving import scoring
from patogh.persons.resolving.fields import Record
from patogh.persons.resolving.forms import compared

pytestmark = pytest.mark.django_db


def buyer_named(name, phone):
    """A buyer with a number and a name, put into the index."""
    identity = identity_of("order-phone", phone, name=name)
    key_persons([str(identity.person_id)])
    return identity


@pytest.fixture
def maryam(brand):
    """Maryam, a buyer in the index."""
    return buyer_named("مریم صالحی", "09131234567")


def test_somebody_new_is_compared_with_who_shares_a_number_and_only_suggested(maryam):
    again = identity_of("phone", "+98 913 123 4567", name="Maryam Salehi")
    jobs.drain()
    pair = Suggestion.objects.get()
    assert {pair.left_id, pair.right_id} == {maryam.person_id, again.person_id}
    assert pair.probability > 0.9 and again.person_id != maryam.person_id
    assert "تلفن" in words.summary(pair.reasons) or words.summary(pair.reasons)


def test_two_of_one_household_with_one_number_are_not_suggested(maryam):
    brother = identity_of("phone", "09131234567", name="رضا صالحی")
    assert match_person(brother.person_id) == []


def test_a_number_that_many_share_says_nothing(brand):
    rows = identities_of_many([("order-email", f"a{number}@example.org", False) for number in range(25)])
    for pk in rows.values():
        identity = Identity.objects.get(pk=pk)
        name_identity(identity, f"کسی {pk}", identity.created_at)
    from patogh.persons.actions.events import say_traits

    for pk in rows.values():
        say_traits(
            Identity.objects.get(pk=pk),
            {"phone": "02112345678"},
            source="shop",
            said_at=Identity.objects.get(pk=pk).created_at,
        )
    index_persons([one.person_id for one in Identity.objects.filter(pk__in=rows.values())])
    new = identity_of("order-phone", "02112345678", name="کسی دیگر")
    assert match_person(new.person_id) == []


def test_the_index_holds_no_address_in_clear_under_its_keys(maryam):
    assert MatchKey.objects.filter(person=maryam.person_id).exists()
    assert all(0 <= key < 2**63 for key in MatchKey.objects.values_list("key", flat=True))


def test_a_refused_pair_stays_refused_until_something_new_comes_up(maryam, agent):
    again = buyer_named("Maryam Salehi", "09131234568")
    other = identity_of("email", "m.salehi@example.org", name="مریم صالحی")
    key_persons([str(other.person_id)])
    pair = Suggestion.objects.filter(
        left__in=[maryam.person_id, again.person_id], right__in=[maryam.person_id, again.person_id]
    ).first()
    if pair is None:
        pytest.fail("two spellings of one name with near numbers were not suggested")
    refuse_suggestion(pair, by=agent, reason="دو خواهرند")
    key_persons([str(again.person_id)])
    pair.refresh_from_db()
    assert pair.state == "refused"
    with pytest.raises(SuggestionDecided):
        refuse_suggestion(pair, by=agent)
    assert reopen_suggestion(pair, by=agent).state == "waiting"


def test_after_a_merge_one_record_is_found_and_after_the_undo_two(maryam, agent):
    other = buyer_named("مریم صالحی", "09137654321")
    merge = merge_persons(maryam.person, other.person, by=agent)
    jobs.drain()
    assert set(MatchRecord.objects.values_list("person_id", flat=True)) == {maryam.person_id}
    undo_merge(merge, by=agent)
    jobs.drain()
    assert MatchRecord.objects.count() == 2


def test_erasing_somebody_takes_them_out_of_the_index(member):
    people.confirm_email(member, member.email)
    jobs.drain()
    assert MatchKey.objects.filter(person=member.identity.person).exists()
    erase_member(member)
    jobs.drain()
    assert not MatchKey.objects.filter(person=member.identity.person).exists()


def test_matching_one_record_costs_a_fixed_number_of_queries(brand):
    def count(number):
        new = identity_of("order-phone", f"0912000{number:04}", name="مینا کیانی")
        key_persons([str(new.person_id)])
        with CaptureQueriesContext(connection) as said:
            match_person(new.person_id)
        return len(said)

    assert Person.objects.count() == 0
    counts = [count(number) for number in range(12)]
    assert counts[2] == counts[11]
    assert limits.MATCH_CANDIDATES_MAX < 200


def test_what_other_systems_say_is_swept_into_the_index_once(maryam):
    from patogh.persons.actions.events import say_traits
    from patogh.persons.matching.tasks import key_changed

    user = identity_of("segment-user", "web:77")
    say_traits(user, {"name": "Maryam Salehi", "phone": "+989131234567"}, source="web", said_at=user.created_at)
    key_changed()
    assert Suggestion.objects.get().probability > 0.9
    with CaptureQueriesContext(connection) as said:
        key_changed()
    assert len(said) == 2


def test_the_nightly_batch_trains_weights_in_a_process_of_its_own(maryam, monkeypatch, tmp_path):
    import json
    from pathlib import Path

    from patogh.persons.matching import nightly
    from patogh.persons.models import MatchModel
    from patogh.persons.resolving.scoring import Weights

    other = identity_of("phone", "09131234567", name="Maryam Salehi")
    jobs.drain()
    asked = []

    def child(command, **options):
        asked.append(Path(command[-2]).read_text(encoding="utf-8"))
        weights = {**json.loads(Weights.default().to_json()), "version": "night-1"}
        pairs = [[str(maryam.person_id), str(other.person_id)]]
        Path(command[-1]).write_text(json.dumps({"weights": weights, "pairs": pairs, "facts": {}}), encoding="utf-8")

    monkeypatch.setattr(limits, "RESOLVE_PERSONS_MIN", 1)
    monkeypatch.setattr(nightly.subprocess, "run", child)
    assert nightly.resolve() == 1
    assert "مریم" in asked[0] and MatchModel.objects.get().version == "night-1"
    assert Suggestion.objects.get().model == "night-1"


def test_a_kept_record_reads_as_the_whole_one_and_strangers_are_told_apart_alike(brand):
    weights = scoring.Weights.default()
    people = [
        compared(Record("", "مریم", "صالحی", "1370/01/02", ("09131234567",), ("m@example.org",), "خیابان بهار", "۱۲", "", "تهران")),
        compared(Record("", "Maryam", "Salehi", "", ("+989131234567",), (), "", "", "", "tehran", "", "", {"card": "7"})),
        compared(Record("", "رضا", "صالحی", "1350/03/04", (), ("m@example.org",), "خیابان بهار", "۱۲", "", "تهران")),
        compared(Record("", "زهرا", "کریمی", "", ("09350000001",), (), "", "", "", "قم")),
    ]  # fmt: skip
    for one in people:
        asked = Asked(one, weights, limits.SUGGESTED_PROBABILITY_MIN)
        for other in people:
            kept = facts.Kept("", json.loads(json.dumps(facts.as_json(other))))
            said = scoring.score(one, other, weights)
            assert kept.compared() == other
            assert asked.may_be(kept) is (not said.veto and said.probability >= limits.SUGGESTED_PROBABILITY_MIN)
