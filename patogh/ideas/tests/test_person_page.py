"""What the ideas say on the page of a person."""

import pytest

from patogh.activity.models import Activity
from patogh.ideas.plugs import persons
from patogh.ideas.tests import making

pytestmark = pytest.mark.django_db


@pytest.fixture
def gathering(here, member, owner):
    return making.gathering(member, here, by=owner)


@pytest.fixture
def draft(here, member):
    return making.idea_of(member, here)


def asked(member, viewer):
    return {"person": member.identity.person, "identities": [member.identity], "viewer": viewer}


def test_an_idea_on_the_road_is_told_with_its_state(gathering, agent):
    rows = list(Activity.objects.filter(identity_id=gathering.author.identity_id))
    said = persons.activities_told(activities=rows, viewer=agent)
    assert {(one.title, one.tag) for one in said.values()} == {(gathering.title, "در حال جمع‌کردن حامی")}


def test_a_draft_is_told_to_nobody_else(draft, agent):
    rows = list(Activity.objects.filter(identity_id=draft.author.identity_id))
    assert persons.activities_told(activities=rows, viewer=agent) == {}
    assert persons.person_cards(**asked(draft.author, agent)) == []


def test_the_card_shows_their_ideas_and_how_many_they_stand_behind(gathering, agent):
    found = persons.person_cards(**asked(gathering.author, agent))[0]
    assert found.facts[0].label == gathering.title


def test_a_made_idea_is_said_in_the_sentence_and_its_title_is_escaped(here, member, owner, seen, agent):
    idea = making.idea_of(member, here)
    type(idea).objects.filter(pk=idea.pk).update(title="<i>چراغ</i>")
    making.walked(idea, "on_sale", owner)
    said = persons.person_clauses(**asked(member, agent))[0].html
    assert "&lt;i&gt;چراغ" in said and "<i>" not in said
