"""What trust says on the page of a person."""

import pytest

from patogh.activity.models import Activity
from patogh.trust import actions, person_page
from patogh.trust.models import ReviewItem

pytestmark = pytest.mark.django_db


@pytest.fixture
def reported(things, member, other_member):
    """Something of Mina's that Reza reported."""
    actions.flag(things.add(member), "spam", by=other_member)
    return member


def facts(member, viewer):
    asked = {"person": member.identity.person, "identities": [member.identity], "viewer": viewer}
    return {fact.label: fact.words for fact in person_page.person_cards(**asked)[0].facts}


def test_moderators_read_that_a_report_waits_and_others_do_not(reported, moderator, agent):
    assert facts(reported, moderator)["گزارش‌های باز"] == "۱ گزارش"
    assert list(facts(reported, agent)) == ["سطح"]


def test_a_report_that_waits_is_the_case_of_those_who_moderate(reported, moderator, agent, other_member):
    item = ReviewItem.objects.get()
    assert person_page.case_of(person=reported.identity.person, member=moderator) == f"report:{item.pk}"
    assert person_page.case_of(person=reported.identity.person, member=agent) is None
    assert person_page.case_of(person=other_member.identity.person, member=moderator) is None


def test_only_moderators_read_why_somebody_reported(reported, other_member, moderator, agent):
    rows = list(Activity.objects.filter(identity_id=other_member.identity_id))
    assert person_page.activities_told(activities=rows, viewer=agent) == {}
    assert [one.words for one in person_page.activities_told(activities=rows, viewer=moderator).values()] == [
        "تبلیغ می‌کند"
    ]
