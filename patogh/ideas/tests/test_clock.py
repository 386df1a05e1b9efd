"""Windows that end, a clock that jumps, the adaptive last station, and the odds."""

import datetime as dt
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from patogh.activity.models import Pulse
from patogh.ideas import health, limits
from patogh.ideas.actions import clock, programmes, stations, thresholds
from patogh.ideas.machine import GATHERING
from patogh.ideas.models import Idea, Programme, ThresholdTurn
from patogh.ideas.queries import odds as counting
from patogh.ideas.tasks import turn
from patogh.ideas.tests import making
from patogh.kit.errors import Forbidden

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def here(owner):
    """A programme with small stations."""
    return making.programme(owner, replace(making.SMALL, proposals_open_max=100))


def some(count, author, here, owner):
    """Publish so many ideas."""
    return [making.gathering(author, here, by=owner) for _ in range(count)]


def test_a_window_that_is_over_ends_its_idea_and_the_others_go_on(here, member, owner):
    first, second = some(2, member, here, owner)
    making.count_to(second, 2)
    assert clock.expire_due(first.window_ends_at) == 1
    assert [one.state for one in Idea.objects.order_by("pk")] == ["expired", "gathering"]
    assert clock.expire_due(first.window_ends_at) == 0


def test_a_station_reached_before_the_end_counts_however_late_the_clock_comes(here, member, owner):
    idea = making.gathering(member, here, by=owner)
    end = idea.window_ends_at
    making.count_to(idea, 2, end - dt.timedelta(microseconds=1))
    assert clock.expire_due(end) == 0 and Idea.objects.get().milestone == 1


def test_a_clock_that_jumps_ends_nothing_and_says_so_until_somebody_looks(here, member, owner, moderator):
    ideas = some(limits.JUMP_FLOOR_IDEAS + 1, member, here, owner)
    late = ideas[-1].window_ends_at + 400 * DAY
    assert clock.expire_due(late) == 0 and Idea.objects.filter(state=GATHERING).count() == len(ideas)
    (alarm,) = health.alarms()
    assert "go-on" in alarm
    with pytest.raises(Forbidden):
        clock.release_clock(here, by=moderator)
    clock.release_clock(here, by=owner)
    Pulse.objects.filter(name=clock.RELEASED).update(beat_at=late)
    assert clock.expire_due(late) == len(ideas) and health.alarms() == []


def test_a_clock_that_is_right_again_takes_its_alarm_away(here, member, owner):
    ideas = some(limits.JUMP_FLOOR_IDEAS + 1, member, here, owner)
    clock.expire_due(ideas[-1].window_ends_at + DAY)
    assert health.alarms()
    assert clock.expire_due(timezone.now()) == 0 and health.alarms() == []


def test_few_ends_at_once_are_no_jump(here, member, owner):
    ideas = some(limits.JUMP_FLOOR_IDEAS, member, here, owner)
    assert clock.expire_due(ideas[-1].window_ends_at) == len(ideas)


def test_the_clock_s_work_does_not_grow_with_what_does_not_change(here, member, owner):
    turn()
    costs = []
    for more in (1, 30):
        some(more, member, here, owner)
        with CaptureQueriesContext(connection) as asked:
            turn()
        costs.append(len(asked))
    assert costs[0] == costs[1]


def test_windows_are_found_by_their_index(here, member, owner):
    some(3, member, here, owner)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off"
            )
    plan = clock.over(timezone.now()).values_list("pk", flat=True)[:50].explain()
    assert "idea_by_window" in plan and "TEMP B-TREE" not in plan and "Sort" not in plan


@pytest.mark.parametrize(
    ("before", "own", "qualified", "capacity", "after"),
    [
        (10_000, 10_000, 12, 12, 10_000),
        (10_000, 10_000, 15, 12, 13_000),
        (10_000, 10_000, 57, 12, 20_000),
        (20_000, 10_000, 0, 12, 10_000),
        (20_000, 10_000, 8, 12, 14_000),
        (10_000, 10_000, 3, 12, 10_000),
        (6, 6, 100, 1, 12),
    ],
)
def test_the_last_station_follows_what_the_board_can_answer(before, own, qualified, capacity, after):
    assert thresholds.adapted(before, own, qualified, capacity) == after


def test_a_turn_binds_only_ideas_published_from_then_on(owner, member):
    terms = replace(making.SMALL, is_adaptive=True, board_capacity=1, proposals_open_max=50)
    here = making.programme(owner, terms)
    running = making.gathering(member, here, by=owner)
    for _ in range(3):
        making.in_review(member, here, by=owner)
    later = timezone.now() + 130 * DAY
    assert thresholds.turn_due(later) == 1 and thresholds.turn_due(later) == 0
    row = ThresholdTurn.objects.get()
    assert (row.before, row.threshold, row.qualified, row.capacity) == (6, 12, 3, 1)
    assert making.gathering(member, here, by=owner).thresholds == [2, 4, 12]
    assert Idea.objects.get(pk=running.pk).thresholds == [2, 4, 6]


def test_rules_that_do_not_adapt_keep_their_last_station(here, member, owner):
    making.in_review(member, here, by=owner)
    assert thresholds.turn_due(timezone.now() + 400 * DAY) == 0


def test_new_rules_with_a_higher_last_station_are_kept_at_once(owner):
    here = making.programme(owner, replace(making.SMALL, is_adaptive=True))
    higher = replace(
        making.SMALL,
        is_adaptive=True,
        stations=(*making.SMALL.stations[:2], replace(making.SMALL.stations[2], supporters=50)),
    )
    programmes.change_rules(here, higher, by=owner)
    assert Programme.objects.get().last_threshold == 50


def test_the_odds_leave_out_ideas_whose_time_is_not_over(here, member, owner):
    ideas = some(8, member, here, owner)
    for one in ideas[:3]:
        making.count_to(one, 2)
    early = counting.odds(here, timezone.now() + 59 * DAY)
    assert (early.published, early.stations[0].share.n, early.stations[0].share.why) == (0, 0, "few")
    over = timezone.now() + 61 * DAY
    clock.expire_due(over)
    here.refresh_from_db()
    late = counting.odds(here, over)
    first, second = late.stations[:2]
    assert (late.published, first.hits, first.share.n, round(first.share.at, 3)) == (8, 3, 8, 0.375)
    assert first.share.low < 0.375 < first.share.high and second.share.n == 0


def test_the_odds_say_what_the_board_decided(here, member, owner):
    for state in ("approved", "approved", "not_approved", "on_sale", "not_approved", "carried_over"):
        making.walked(making.idea_of(member, here), state, owner)
    here.refresh_from_db()
    told = counting.odds(here)
    assert (told.decided, told.approved_count, told.made_count, told.approved.at) == (5, 3, 1, 0.6)
    assert counting.odds(here) == told and here.reviewed_count == 5 and here.made_count == 1


def test_the_odds_do_not_mix_rules_with_other_stations(here, member, owner):
    some(6, member, here, owner)
    programmes.change_rules(
        here, replace(making.SMALL, stations=(stations.stations_of(Idea.objects.first())[0],)), by=owner
    )
    told = counting.odds(Programme.objects.get(), timezone.now() + 100 * DAY)
    assert told.stations[0].share.n == 0 and told.published == 6


def test_the_odds_cost_the_same_with_one_idea_and_with_thirty(here, member, owner, django_assert_num_queries):
    for more in (1, 29):
        some(more, member, here, owner)
        with django_assert_num_queries(5):
            counting.counted(here, timezone.now())
