"""The way of an idea, and what is refused on it."""

import datetime as dt
import json
import re

import pytest
from django.utils import timezone

from patogh.activity.models import Activity
from patogh.ideas import errors
from patogh.ideas.actions import moving, programmes, stations
from patogh.ideas.models import Idea, Move, Programme, RuleVersion
from patogh.ideas.queries import access
from patogh.ideas.queries.rules import stations_of
from patogh.ideas.terms import Station, Terms, terms_of
from patogh.ideas.tests import making
from patogh.kit.calendar import Viewer
from patogh.ledger.models import Receipt, Submission
from patogh.ledger.sentences import sentence_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(owner):
    """A programme with small stations."""
    return making.programme(owner)


def lines_of(idea):
    """Return the lines of the book about an idea."""
    rows = Submission.objects.filter(subject_kind="ideas.idea", subject_id=str(idea.pk)).order_by("created_at", "id")
    return [bytes(row.body).decode() for row in rows]


def test_an_idea_goes_its_way_to_the_board(here, member, owner):
    idea = making.in_review(member, here, by=owner)
    assert idea.state == "in_review"
    moves = list(Move.objects.filter(idea=idea).order_by("number").values_list("move", "milestone"))
    assert moves == [
        ("submit", None), ("publish", None), ("station", 2), ("station", 4), ("station", 6), ("qualify", None),
    ]  # fmt: skip
    here.refresh_from_db()
    assert (here.ideas_count, here.gathering_count) == (1, 0)


def test_every_move_is_a_line_of_the_book_without_words_or_names(here, member, owner):
    idea = making.walked(making.idea_of(member, here), "not_approved", owner)
    lines = lines_of(idea)
    assert [line.split('"t":"')[1].split('"')[0] for line in lines] == ["idea.submitted.v1", *["idea.moved.v1"] * 3]
    assert '"stage":"declined"' in lines[-1] and '"reason":"' in lines[-1] and '"rule":"ideas.clear"' in lines[-1]
    assert not any("چون" in line or member.handle in line for line in lines)


def test_the_author_has_a_receipt_of_every_move(here, member, owner):
    making.gathering(member, here, by=owner)
    assert Receipt.objects.filter(member=member).count() == 2


def test_publishing_fixes_the_stations_and_opens_the_first_window(here, member, owner):
    idea = making.gathering(member, here, by=owner)
    assert (idea.next_threshold, idea.missing, idea.thresholds) == (2, 2, [2, 4, 6])
    assert idea.window_ends_at - idea.published_at == dt.timedelta(days=60)


def test_the_next_window_counts_from_reaching_the_station(here, member, owner):
    idea = making.gathering(member, here, by=owner)
    late = idea.published_at + dt.timedelta(days=30)
    idea = making.count_to(idea, 2, late)
    assert (idea.milestone, idea.next_threshold, idea.window_ends_at) == (1, 4, late + dt.timedelta(days=365))


def test_several_stations_at_once_are_all_passed(here, member, owner):
    idea = making.count_to(making.gathering(member, here, by=owner), 5)
    assert (idea.milestone, idea.missing) == (2, 1)


def test_a_window_is_half_open(here, member, owner):
    idea = making.gathering(member, here, by=owner)
    end = idea.window_ends_at
    stations.check_window(idea, end - dt.timedelta(microseconds=1))
    with pytest.raises(errors.WindowIsOver):
        stations.check_window(idea, end)


def test_a_clock_that_jumps_back_never_puts_a_move_before_the_last(here, member, owner):
    idea = making.gathering(member, here, by=owner)
    before = idea.published_at - dt.timedelta(days=400)
    assert moving.moment(idea, before) == idea.published_at
    idea = making.count_to(idea, 2, before)
    made = list(Move.objects.filter(idea=idea).order_by("number").values_list("made_at", flat=True))
    assert made == sorted(made)


def test_changing_the_rules_leaves_running_ideas_as_they_are(here, member, other_member, owner):
    first = making.gathering(member, here, by=owner)
    changed = Terms(stations=(Station(3, 10), Station(9, 10)), is_adaptive=False)
    version = programmes.change_rules(here, changed, note="کوتاه‌تر", by=owner)
    second = making.gathering(other_member, here, by=owner)
    first = making.count_to(Idea.objects.get(pk=first.pk), 2)
    assert [one.supporters for one in stations_of(first)] == [
        2,
        4,
        6,
    ] and first.window_ends_at > timezone.now() + dt.timedelta(days=364)
    assert [one.supporters for one in stations_of(second)] == [3, 9] and second.rules == version


def test_the_same_rules_again_make_no_new_version(here, owner):
    here.refresh_from_db()
    assert programmes.change_rules(here, making.SMALL, by=owner) == here.rules
    assert RuleVersion.objects.count() == 1


def test_a_version_of_the_rules_stands_in_the_book_with_its_hash(here, owner):
    (line,) = Submission.objects.filter(kind="rule.version.v1")
    assert f'"hash":"{RuleVersion.objects.get().sha256}"' in bytes(line.body).decode()
    assert '"rule":"ideas.rekab"' in bytes(line.body).decode()
    assert terms_of(RuleVersion.objects.get()) == making.SMALL


def test_returning_cites_a_rule_and_says_why(here, member, owner):
    idea = making.submitted(member, here)
    with pytest.raises(errors.ReasonNeeded):
        moving.send_back(idea, rule="clear", by=owner)
    with pytest.raises(errors.RuleNeeded):
        moving.send_back(idea, rule="no_such", reason="چرا", by=owner)
    back = moving.send_back(idea, rule="clear", reason="مسئله روشن نیست", by=owner)
    move = Move.objects.get(idea=back, move="return")
    assert (back.state, move.rule, move.by, move.as_team) == ("returned", "clear", owner, True)


def test_a_reason_of_only_spaces_or_too_long_is_refused(here, member, owner):
    idea = making.gathering(member, here, by=owner)
    with pytest.raises(errors.ReasonNeeded):
        moving.archive(idea, reason=" \n ", by=owner)
    with pytest.raises(errors.ReasonTooLong):
        moving.archive(idea, reason="آ" * 5000, by=owner)


def test_an_archived_idea_gathers_again_with_the_whole_time_of_its_station(here, member, owner):
    idea = moving.archive(making.gathering(member, here, by=owner), reason="حق دیگران", by=owner)
    assert (idea.state, idea.window_ends_at, idea.missing) == ("archived", None, None)
    idea = moving.unarchive(idea, reason="حل شد", by=owner)
    assert idea.state == "gathering" and idea.window_ends_at - idea.state_since == dt.timedelta(days=60)


def test_an_idea_archived_in_review_goes_back_to_the_board(here, member, owner):
    idea = moving.archive(making.in_review(member, here, by=owner), reason="حق دیگران", by=owner)
    assert moving.unarchive(idea, reason="حل شد", by=owner).state == "in_review"


def test_only_the_author_withdraws_and_only_the_team_publishes(here, member, other_member, owner, agent):
    idea = making.submitted(member, here)
    for move, by in ((moving.withdraw, other_member), (moving.withdraw, owner), (moving.publish, member), (moving.publish, agent)):  # fmt: skip
        with pytest.raises(errors.NotYourMove):
            move(idea, by=by)
    assert moving.withdraw(idea, by=member).state == "withdrawn"


def test_withdrawing_stands_in_the_book(here, member, owner):
    idea = moving.withdraw(making.gathering(member, here, by=owner), by=member)
    assert '"t":"idea.withdrawn.v1"' in lines_of(idea)[-1]
    with pytest.raises(errors.ImpossibleMove):
        moving.unarchive(idea, reason="نه", by=owner)


def test_each_move_records_one_activity_and_private_ones_are_for_the_team(here, member, owner):
    idea = making.gathering(member, here, by=owner)
    verbs = Activity.objects.filter(subject_kind="ideas.idea", subject_id=str(idea.pk)).order_by("pk")
    assert list(verbs.values_list("verb", "audience")) == [
        ("ideas.draft_started", "staff"), ("ideas.idea_submitted", "staff"), ("ideas.idea_published", "public"),
    ]  # fmt: skip


def test_drafts_are_their_makers_and_what_is_submitted_also_the_teams(here, member, other_member, owner):
    idea = making.idea_of(member, here)
    seen = [access.visible(one).filter(pk=idea.pk).exists() for one in (None, other_member, owner, member)]
    assert seen == [False, False, False, True]
    making.walked(idea, "submitted", owner)
    seen = [access.visible(one).filter(pk=idea.pk).exists() for one in (None, other_member, owner, member)]
    assert seen == [False, False, True, True]


def test_a_programme_in_preparation_is_seen_by_the_team_only(owner, member):
    making.programme(owner, state="preparing")
    assert not access.programmes(member).exists() and not access.programmes(None).exists()
    assert access.programmes(owner).count() == Programme.objects.count() == 1


def test_every_line_about_an_idea_is_said_in_words(here, member, owner):
    idea = making.walked(making.idea_of(member, here), "on_sale", owner)
    making.count_to(making.gathering(member, here, by=owner), 2)
    said = [sentence_of(json.loads(line), Viewer()) for line in lines_of(idea)]
    assert said[0].startswith("ایدهٔ") and len(set(said)) == len(said) == 5
    assert not any(re.search(r"[a-z]{3}", sentence) for sentence in said)
