"""Erasing somebody without an account: two steps, nothing left, nothing comes back."""

import pytest
from django.utils import timezone

from patogh.activity import upkeep
from patogh.activity.models import Activity
from patogh.people import consent
from patogh.people.consent.errors import NoConsent
from patogh.people.errors import PersonChanged
from patogh.people.identifying import identities_of_many, identity_of, is_erased
from patogh.people.leaving import going, log
from patogh.people.models import Consent, ErasedSource, Erasure, Identity, Person
from patogh.persons.actions.events import EventFacts, say_traits, take_events
from patogh.persons.actions.writing import write_note
from patogh.persons.merging import merge_persons
from patogh.persons.models import Merge, PersonNote, Trait
from patogh.persons.queries import team

pytestmark = pytest.mark.django_db
WORD = "نیلوفرکبود"


@pytest.fixture
def known(buyer, owner):
    """A buyer of whom an e-mail address, a trait, a note, a no and a merge are kept."""
    address = identity_of("email", "niloufar@example.org", verified=True)
    merge_persons(buyer.person, address.person, by=owner, reason=f"گفت که {WORD} است")
    say_traits(buyer, {"name": WORD}, source="woo", said_at=timezone.now())
    write_note(buyer.person, f"یادداشت {WORD}", by=owner)
    consent.withdraw(address, "news", "mail", method="spoken", evidence={"said": WORD})
    return [buyer, Identity.objects.get(pk=address.pk)]


def address(known):
    return f"/team/people/{known[0].person_id}/erasure"


def said(known, **more):
    return {"why": "asked", "sure": "1", "seen": ",".join(str(one.pk) for one in known), **more}


def test_two_steps_erase_a_person_and_leave_nothing(known, owner, signed_in):
    desk = signed_in(owner)
    page = desk.get(address(known)).content.decode()
    assert "niloufar@" not in page and "ni•••@example.org" in page and "برگشتی" in page
    assert desk.post(address(known), said(known)).status_code == 302
    rows = Identity.objects.filter(pk__in=[one.pk for one in known])
    assert all(is_erased(row) and row.verified_at is None for row in rows)
    assert not Trait.objects.exists() and not PersonNote.objects.exists()
    assert Merge.objects.get().reason == "" and Consent.objects.get().evidence == {}
    assert Activity.objects.get(verb="people.person_erased").data == {"why": "asked", "identities": 2}
    assert team.person_list()[0] == [owner.identity.person]


def test_a_person_who_changed_since_the_page_was_shown_is_not_erased(known, owner, signed_in, writer):
    merge_persons(known[0].person, writer.person, by=owner)
    answer = signed_in(owner).post(address(known), said(known))
    assert answer.status_code == 409 and not Erasure.objects.exists()
    with pytest.raises(PersonChanged):
        going.erase_person(known[0].person, [], by=owner)


@pytest.mark.parametrize(
    "more", [{"sure": ""}, {"why": "nobody's"}, {"seen": ""}, {"seen": "a,۵," + "9" * 30}, {"seen": "\0"}]
)
def test_a_form_that_does_not_mean_it_erases_nobody(known, owner, signed_in, more):
    assert signed_in(owner).post(address(known), said(known, **more)).status_code in {400, 409}
    assert not Erasure.objects.exists()


def test_somebody_with_an_account_is_not_erased_from_outside(member, owner, signed_in):
    mine = [member.identity]
    assert signed_in(owner).post(address(mine), said(mine)).status_code == 409
    assert not Erasure.objects.exists()


def test_an_agent_erases_nobody(known, agent, signed_in):
    assert signed_in(agent).post(address(known), said(known)).status_code == 404


def test_nobody_erased_comes_back_by_a_message_a_file_or_a_second_kind(known, owner):
    going.erase_person(known[0].person, [one.pk for one in known], by=owner)
    before = Identity.objects.count()
    assert identity_of("email", "Niloufar@Example.org", verified=True) is None
    assert (
        identities_of_many([("order-email", "niloufar@example.org", False), ("shop-customer", "woo:10284", True)]) == {}
    )
    event = EventFacts("persons.traits_said", (("email", "niloufar@example.org", False),), "seg", "k1", timezone.now())
    assert [one.code for one in take_events([event])] == ["kept_out"]
    assert Identity.objects.count() == before


def test_her_no_stays_a_no_when_she_comes_back_herself(known, owner):
    from patogh.people.actions.knowing import let_back

    going.erase_person(known[0].person, [one.pk for one in known], by=owner)
    upkeep(let_back)("email", "niloufar@example.org")
    again = identity_of("email", "niloufar@example.org", verified=True)
    consent.give(again, "news", "mail", words="بله", method="form", language="fa")
    with pytest.raises(NoConsent):
        consent.may_send(again, "news", "mail")


def test_an_older_backup_brings_nobody_back(known, owner):
    keys = [one.pk for one in known]
    going.erase_person(known[0].person, keys, by=owner)
    for one in known:
        Identity.objects.filter(pk=one.pk).update(value=one.value)
    Erasure.objects.all().delete(), ErasedSource.objects.all().delete()
    other = Identity.objects.create(kind="email", value="reused@example.org", person=Person.objects.create())
    assert going.replay() == 1
    assert all(is_erased(row) for row in Identity.objects.filter(pk__in=keys))
    assert not is_erased(Identity.objects.get(pk=other.pk)) and going.replay() == 0


def test_the_log_names_nobody(known, owner):
    going.erase_person(known[0].person, [one.pk for one in known], by=owner)
    text = log._path().read_text()
    assert "niloufar" not in text and "10284" not in text
