"""Two tabs, two workers: whoever is second hears that somebody was first, and nothing is made twice."""

import pytest

from patogh.conftest import made_member
from patogh.people.identifying import identity_of
from patogh.people.models import Brand, Identity, IdentityLink, Person
from patogh.persons.errors import MergeUndone, PersonAlreadyMerged, SamePerson
from patogh.persons.merging import merge_persons, undo_merge
from patogh.persons.models import Merge


@pytest.fixture
def two(busy_house):
    """An agent and two strangers."""
    Brand.objects.create(id=1, name="رکاب", name_en="Rekab")
    agent = made_member("hamid", "حمید یزدی", "agent")
    return agent, identity_of("telegram", "1001"), identity_of("bale", "1002")


def test_one_merge_comes_of_two_tabs_and_one_undo(two, at_once):
    agent, one, other = two
    answers = at_once([lambda: merge_persons(one.person, other.person, by=agent)] * 4)
    assert sum(isinstance(answer, Merge) for answer in answers) == 1
    assert all(isinstance(answer, Merge | PersonAlreadyMerged | SamePerson) for answer in answers)
    merge = Merge.objects.get()
    answers = at_once([lambda: undo_merge(merge, by=agent)] * 4)
    assert sum(isinstance(answer, MergeUndone) for answer in answers) == 3
    assert IdentityLink.objects.filter(undoes__isnull=False).count() == 1


def test_somebody_who_writes_twice_at_once_is_one_identity(two, at_once):
    before = Person.objects.count()
    answers = at_once([lambda: identity_of("telegram", "@maryam_s")] * 6)
    assert len({answer.pk for answer in answers}) == 1
    assert Identity.objects.filter(value="@maryam_s").count() == 1 and Person.objects.count() == before + 1
