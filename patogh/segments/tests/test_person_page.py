"""What segments say on the page of a person."""

import pytest
from django.utils import timezone

from patogh.segments import person_page
from patogh.segments.models import Membership, Segment

pytestmark = pytest.mark.django_db


@pytest.fixture
def inside(member, owner):
    """Mina, in one segment, and no more in another."""
    now = timezone.now()
    for name, left in (("تازه‌واردها", None), ("رفته‌ها", now)):
        segment = Segment.objects.create(slug=name, name=name, state="live", made_by=owner, made_at=now)
        Membership.objects.create(
            segment=segment, person=member.identity.person, version=1, why="rule", entered_at=now, left_at=left
        )
    return member


def cards(member, viewer):
    return person_page.person_cards(person=member.identity.person, identities=[member.identity], viewer=viewer)


def test_the_card_names_the_segments_they_are_in_now(inside, agent):
    assert [fact.label for fact in cards(inside, agent)[0].facts] == ["تازه‌واردها"]


def test_whoever_may_not_see_segments_sees_none(inside, moderator):
    assert cards(inside, moderator) == []
