"""The ideas of the demo: every state, stations in their time, counters that are right, a book that holds them."""

import datetime as dt
import itertools

import pytest
from django.db.models import F

from patogh.conf.demo import proposals
from patogh.conf.demo.actions.backed import LOGINS
from patogh.conf.demo.actions.grown import IN_THE_BOOK
from patogh.conf.demo.gathering import price
from patogh.conf.demo.ripening import Garden, words
from patogh.conf.tests.conftest import NOW
from patogh.ideas.machine import STATES
from patogh.ideas.models import (
    Batch,
    Conflict,
    Decision,
    Idea,
    Material,
    Merging,
    Move,
    Programme,
    RoyaltyCorrection,
    RoyaltyPeriod,
    RuleVersion,
    Score,
    Support,
    SurveyAnswer,
)
from patogh.ideas.queries.odds import counted
from patogh.ideas.tests.truth import wrong_counters
from patogh.ledger.models import Payout, Submission
from patogh.people.models import Notice
from patogh.search.models import Document
from patogh.shop.models import Order, Product, Return

GROWN = words()["slug"]


@pytest.fixture(autouse=True)
def _with_database(small_demo, db):
    """Each test in a savepoint of its own."""


def test_every_state_is_there_and_no_counter_is_wrong():
    assert set(Idea.objects.values_list("state", flat=True)) == set(STATES)
    assert wrong_counters() == []


def test_the_same_moment_gives_the_same_ideas_and_times():
    told = [
        [(one.key, one.at, one.published, one.supports, one.stations) for one in proposals.read(NOW, members).sketches]
        for members in (300, 300)
    ]
    assert told[0] == told[1]
    assert sum(len(times) for *_, times, _ in told[0]) > 1_500


def test_supports_come_in_order_and_within_the_time_of_each_station():
    for sketch in proposals.read(NOW, 300).sketches:
        assert sketch.supports == sorted(sketch.supports)
        stations = sketch.call.terms_at(sketch.at).stations
        passed = [sketch.published, *sketch.stations]
        for (since, at), station in zip(itertools.pairwise(passed), stations, strict=False):
            assert since < at < since + dt.timedelta(days=station.days)
        assert not sketch.supports or sketch.supports[-1] < NOW


def test_only_members_support_who_had_joined_and_nobody_their_own():
    assert all(row.member.joined_at < row.given_at for row in Support.objects.select_related("member"))
    assert not Support.objects.filter(idea__creators__member=F("member")).exists()


def test_the_book_has_a_line_for_every_support_and_every_move():
    entered = set(Submission.objects.filter(kind="support.v1").values_list("key", flat=True))
    written = Support.objects.exclude(idea__programme__slug=GROWN)
    assert {f"support:{pk}" for pk in written.values_list("pk", flat=True)} <= entered
    moved = Submission.objects.filter(kind__in=["idea.moved.v1", "idea.submitted.v1", "idea.withdrawn.v1"])
    keys = set(moved.values_list("key", flat=True))
    moves = Move.objects.exclude(idea__programme__slug=GROWN).values_list("idea", "number")
    assert {f"idea:{idea}:move:{number}" for idea, number in moves} <= keys
    assert Submission.objects.filter(kind="rule.version.v1").count() == RuleVersion.objects.count() == 4


def test_a_grown_idea_stands_in_the_book_wholly_or_not_at_all():
    ideas = Idea.objects.filter(programme__slug=GROWN, moves_count__gt=0)
    entered = Submission.objects.filter(kind="support.v1")
    for idea in ideas:
        lines = entered.filter(body__isnull=False, key__in=[f"support:{row.pk}" for row in idea.supports.all()]).count()
        moves = Submission.objects.filter(key__startswith=f"idea:{idea.pk}:move:").count()
        expected = (idea.supporters_count, idea.moves_count) if idea.pk % IN_THE_BOOK == 0 else (0, 0)
        assert (lines, moves) == expected


def test_a_support_of_the_past_is_entered_as_one_of_today_would_be():
    support = Support.objects.latest("pk")
    line = Submission.objects.get(key=f"support:{support.pk}")
    assert (line.subject_kind, line.subject_id) == ("ideas.support", str(support.pk))
    assert line.receipts.get().member_id == support.member_id
    assert line.openings.get().value == f"member:{support.member_id}"


def test_every_decision_was_announced_with_its_reason_in_two_languages():
    decisions = Decision.objects.all()
    assert {one.outcome for one in decisions} == {"approve", "decline", "carry_over"}
    assert all(one.reason and one.reason_en and one.announced_at > one.decided_at for one in decisions)
    assert not Move.objects.filter(move__in=["approve", "decline", "carry_over"], by=None).exists()
    assert Conflict.objects.get().member.handle == "navid"


def test_one_round_still_waits_for_a_reviewer():
    batch = Batch.objects.exclude(programme__slug=GROWN).get(state="reviewing")
    assert batch.name.startswith("نوبت پاییز")
    assert Score.objects.filter(entry__batch=batch).count() == 2
    assert batch.entries.get().discussion_opened_at is None


def test_the_makers_were_paid_month_by_month_and_one_late_return_was_corrected():
    assert Product.objects.filter(state="on_sale").count() == 2
    assert Order.objects.count() > 150 and Return.objects.count() > 4
    assert RoyaltyPeriod.objects.filter(announced_at=None).count() == 0
    assert RoyaltyCorrection.objects.get().amount < 0
    assert set(Payout.objects.values_list("state", flat=True)) == {"settled", "requested"}


def test_what_supporters_would_pay_lies_around_the_written_quarters():
    import random

    rng = random.Random(5)
    drawn = sorted(price(rng, [17_000_000, 21_000_000, 26_000_000]) for _ in range(401))
    assert abs(drawn[200] - 21_000_000) <= 1_500_000
    assert SurveyAnswer.objects.filter(price_minor__gt=0).count() > 100


def test_odds_are_counted_and_a_merged_idea_leads_on():
    odds = counted(Programme.objects.get(slug="rekab"), NOW)
    assert odds.decided == 6 and odds.approved_count == 4 and odds.made_count == 2
    assert odds.stations[0].share.n >= 10
    assert Merging.objects.exclude(source__programme__slug=GROWN).get().done_at is not None


def test_home_search_and_the_bell_know_the_ideas(client):
    page = client.get("/ideas")
    assert (page.status_code, page.headers.get("Location")) == (200, None)
    assert "خورجین" in page.content.decode()
    assert Document.objects.filter(kind="idea").count() >= 60
    assert Material.objects.count() == 14
    assert Notice.objects.filter(kind__startswith="ideas.", member__handle="mina").exists()
    assert {"mina", "reza"} <= set(LOGINS)


def test_a_garden_has_every_state_about_as_many_supports_and_titles_of_its_own():
    garden = Garden(NOW, 3_000, 300_000, 100_000)
    assert set(garden.states) >= set(STATES) - {"not_approved"}
    assert abs(sum(garden.counts) - 300_000) < 6_000
    ripe = list(garden.ripe())
    assert len({idea.title for idea in ripe}) == len(ripe)
    assert [idea.steps for idea in ripe[:50]] == [
        idea.steps for idea in Garden(NOW, 3_000, 300_000, 100_000).ripe() if idea.number < 50
    ]


def test_grown_ideas_pass_stations_in_their_time_and_none_gathers_beyond_its_window():
    grown = Idea.objects.filter(programme__slug=GROWN)
    assert grown.count() == 200 and grown.filter(window_ends_at__lte=NOW).count() == 0
    early = Support.objects.filter(idea__in=grown, given_at__lt=F("member__joined_at"))
    assert not early.exists() and not Support.objects.filter(idea__in=grown, member=F("idea__author")).exists()
    assert 1_000 < Support.objects.filter(idea__in=grown).count() <= 2_100
