"""One walk through the life of an idea, and what is refused on the way."""

import datetime as dt

import pytest

from patogh.ideas.migrations import __name__ as _migrations  # noqa: F401
from patogh.ideas.models import Move
from patogh.ideas.tests import making
from patogh.ledger.models import Submission

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(owner):
    """A programme with small stations."""
    return making.programme(owner)


def test_an_idea_goes_its_way_to_the_board(here, member, owner):
    idea = making.in_review(member, here, by=owner)
    assert idea.state == "in_review"
    moves = list(Move.objects.filter(idea=idea).order_by("number").values_list("move", "milestone"))
    assert moves == [
        ("submit", None), ("publish", None), ("station", 2), ("station", 4), ("station", 6), ("qualify", None),
    ]  # fmt: skip
    kinds = Submission.objects.filter(subject_kind="ideas.idea", subject_id=str(idea.pk)).count()
    assert kinds == 6
    here.refresh_from_db()
    assert (here.ideas_count, here.gathering_count) == (1, 0)


def test_publishing_opens_the_first_window(here, member, owner):
    idea = making.gathering(member, here, by=owner)
    assert (idea.next_threshold, idea.missing, idea.thresholds) == (2, 2, [2, 4, 6])
    assert idea.window_ends_at - idea.published_at == dt.timedelta(days=60)
