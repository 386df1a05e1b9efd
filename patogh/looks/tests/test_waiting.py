"""What the places around a page cost: nothing for members, one statement for the team, however many rooms plug in."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from patogh.kit.calendar import DEFAULT_VIEWER
from patogh.kit.hooks import plugins
from patogh.looks.hooks import NavItem
from patogh.looks.pages import Frame
from patogh.looks.waiting import counted, waiting
from patogh.people.models import Member
from patogh.people.queries import forget_brand
from patogh.shop.actions import CodeFacts, make_code
from patogh.shop.queries.sharing import forget_sharing

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _grown_house(settings):
    """Remember the house's own rules, as every process does after its first page."""
    settings.BRAND_CACHE_S = 60
    yield
    forget_brand()
    forget_sharing()


def frame(rf, member) -> Frame:
    request = rf.get("/")
    request.viewer = DEFAULT_VIEWER
    return Frame(request, member)


def asked(rf, member) -> list[str]:
    """Return the statements of a frame that a process draws for the second time."""
    frame(rf, member)
    with CaptureQueriesContext(connection) as queries:
        frame(rf, member)
    return [query["sql"] for query in queries.captured_queries]


def test_the_frame_of_a_member_asks_nothing_and_that_of_the_team_once(rf, member, moderator, agent, owner):
    assert [len(asked(rf, one)) for one in (member, moderator, agent, owner)] == [0, 1, 1, 1]


@pytest.mark.parametrize("codes", [1, 30])
def test_codes_given_by_hand_cost_one_statement_and_show_the_place_to_their_owner(
    rf, owner, member, other_member, codes
):
    for _ in range(codes):
        make_code(CodeFacts(owner=member), by=owner)
    forget_sharing()
    assert [len(asked(rf, one)) for one in (member, other_member, owner)] == [1, 1, 1]
    shown = {
        one.handle: [item.count for item in frame(rf, one).account if item.url == "/me/codes"]
        for one in (member, other_member)
    }
    assert shown == {"mina": [0], "reza": []}


def test_what_waits_is_counted_up_to_its_most_and_the_same_question_once(member, other_member, agent):
    rows = Member.objects.filter(joined_at__lt=timezone.now() + dt.timedelta(days=1))
    items = [
        NavItem("a", "/a", waiting=waiting(rows)),
        NavItem("b", "/b", waiting=waiting(rows, 2)),
        NavItem("c", "/c", count=7),
    ]
    none = NavItem("d", "/d", waiting=waiting(Member.objects.none()), only_waiting=True)
    with CaptureQueriesContext(connection) as queries:
        first, second = counted(items, [*items, none])
    assert [item.count for item in first] == [3, 2, 7]
    assert [item.url for item in second] == ["/a", "/b", "/c"]
    assert queries.captured_queries[0]["sql"].count("SUM(waits)") == 2


def test_no_room_asks_for_its_lines_of_the_menu(owner, django_assert_num_queries):
    plugins.hook.account_items(member=owner)
    with django_assert_num_queries(0):
        plugins.hook.account_items(member=owner)
        plugins.hook.nav_items(member=owner)
