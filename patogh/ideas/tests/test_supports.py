"""Standing behind an idea: once, with an undo, by the rules, into the book."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from patogh.activity.models import Activity
from patogh.ideas import errors, limits
from patogh.ideas.actions import moving, supporting
from patogh.ideas.actions.surveying import Answer, answer_survey
from patogh.ideas.models import Budget, Creator, Idea, Support, SurveyAnswer
from patogh.ideas.queries import supports
from patogh.ideas.terms import Station, Terms
from patogh.ideas.tests.making import gathering, people, programme
from patogh.kit.errors import NotFound
from patogh.ledger.models import Opening, Receipt, Submission
from patogh.trust.actions.blocking import block_member
from patogh.trust.errors import Suspended

pytestmark = pytest.mark.django_db
STATIONS = (Station(2, 60), Station(4, 365), Station(6, 182))


@pytest.fixture
def idea(member, owner):
    """An idea of Mina that gathers towards 2, 4 and 6."""
    return gathering(member, programme(owner), by=owner)


def fresh(idea):
    """Return the row as it is now."""
    return Idea.objects.select_related("rules", "programme").get(pk=idea.pk)


def ruled(member, owner, **terms):
    """Return an idea of a programme with other rules."""
    return gathering(member, programme(owner, Terms(stations=STATIONS, is_adaptive=False, **terms)), by=owner)


def test_a_support_is_a_row_a_count_a_line_a_receipt_and_one_activity(idea, other_member):
    row = supporting.give_support(idea, by=other_member, address="192.0.2.7")
    now = fresh(idea)
    assert (now.supporters_count, now.missing, now.pace > 0, now.version > idea.version) == (1, 1, True, True)
    line = Submission.objects.get(key=f"support:{row.pk}")
    assert (line.kind, Receipt.objects.get(submission=line).member) == ("support.v1", other_member)
    assert Opening.objects.get(submission=line).value == f"member:{other_member.pk}"
    assert Activity.objects.filter(verb="ideas.support_given", audience="public").count() == 1
    assert (row.account_age_days, len(row.network), "192.0.2.7" in row.network) == (30, 32, False)


def test_the_same_support_again_changes_nothing(idea, other_member):
    first = supporting.give_support(idea, by=other_member)
    assert supporting.give_support(idea, by=other_member) == first
    assert (
        fresh(idea).supporters_count,
        Support.objects.count(),
        Receipt.objects.filter(member=other_member).count(),
    ) == (1, 1, 1)


def test_a_support_is_taken_back_and_given_again_with_the_same_mark(idea, other_member):
    supporting.give_support(idea, by=other_member)
    supporting.take_back_support(idea, by=other_member)
    now = fresh(idea)
    assert (now.supporters_count, now.missing, now.pace) == (0, 2, 0)
    supporting.give_support(idea, by=other_member)
    kinds = list(Submission.objects.filter(kind__startswith="support").order_by("id").values_list("kind", flat=True))
    assert kinds == ["support.v1", "support.withdrawn.v1", "support.v1"]
    marks = {
        body.split(b'"nullifier":"')[1][:64]
        for body in map(bytes, Submission.objects.filter(kind="support.v1").values_list("body", flat=True))
    }
    assert len(marks) == 1


def test_taking_back_what_was_never_given_changes_nothing(idea, other_member):
    assert supporting.take_back_support(idea, by=other_member) is None
    assert fresh(idea).supporters_count == 0


def test_a_station_that_was_passed_stays_passed(idea):
    first, second = people(2)
    supporting.give_support(idea, by=first)
    supporting.give_support(idea, by=second)
    assert (fresh(idea).milestone, fresh(idea).next_threshold) == (1, 4)
    supporting.take_back_support(idea, by=second)
    now = fresh(idea)
    assert (now.milestone, now.supporters_count, now.missing) == (1, 1, 3)


def test_the_last_station_hands_the_idea_to_the_board_and_fixes_its_supports(idea):
    fans = people(7)
    for fan in fans[:6]:
        supporting.give_support(idea, by=fan)
    assert fresh(idea).state == "in_review"
    with pytest.raises(errors.NotGathering):
        supporting.give_support(idea, by=fans[6])
    with pytest.raises(errors.SupportStays):
        supporting.take_back_support(idea, by=fans[0])


def test_the_makers_do_not_support_their_own_idea(idea, member, other_member):
    Creator.objects.create(idea=idea, member=other_member, share_bps=0, state="agreed", invited_at=timezone.now())
    for maker in (member, other_member):
        with pytest.raises(errors.OwnIdea):
            supporting.give_support(idea, by=maker)


def test_only_whom_the_rules_let_in_support(member, owner, other_member):
    idea = ruled(member, owner, support_level=2)
    with pytest.raises(errors.LevelTooLow):
        supporting.give_support(idea, by=other_member)
    other_member.trust_level, other_member.suspended_until = 2, timezone.now() + dt.timedelta(days=1)
    with pytest.raises(Suspended):
        supporting.give_support(idea, by=other_member)


def test_an_unverified_account_does_not_support(idea, other_member):
    other_member.identity.verified_at = None
    with pytest.raises(errors.NotVerified):
        supporting.give_support(idea, by=other_member)


def test_the_window_is_half_open(idea, time_machine):
    first, second = people(2)
    ends = fresh(idea).window_ends_at
    time_machine.move_to(ends - dt.timedelta(microseconds=1), tick=False)
    assert supporting.give_support(idea, by=first).given_at < ends
    time_machine.move_to(ends, tick=False)
    with pytest.raises(errors.WindowIsOver):
        supporting.give_support(idea, by=second)


def test_a_clock_that_goes_back_dates_no_support_before_the_last_move(idea, other_member, time_machine):
    published = fresh(idea).published_at
    time_machine.move_to(published - dt.timedelta(days=3))
    assert supporting.give_support(idea, by=other_member).given_at == published


def test_a_budget_is_spent_given_back_by_undo_and_when_the_idea_ends(member, owner, other_member):
    here = programme(owner, Terms(stations=STATIONS, is_adaptive=False, support_budget=1))
    first, second = gathering(member, here, by=owner), gathering(member, here, by=owner)
    supporting.give_support(first, by=other_member)
    with pytest.raises(errors.BudgetSpent):
        supporting.give_support(second, by=other_member)
    assert supports.budget_left(fresh(first), other_member) == 0
    moving.archive(first, by=owner, reason="نمی‌شود", reason_en="It cannot be")
    assert (supporting.refund_batch(first.pk), supporting.refund_batch(first.pk)) == (1, 0)
    assert supporting.give_support(second, by=other_member).cost == 1
    supporting.take_back_support(second, by=other_member)
    assert Budget.objects.get(member=other_member).spent == 0


def test_where_the_rules_hide_the_number_nobody_can_count_it(member, owner, other_member):
    idea = fresh(ruled(member, owner, hides_counts=True))
    supporting.give_support(idea, by=other_member)
    assert Activity.objects.filter(verb="ideas.support_given").get().audience == "staff"
    assert not Submission.objects.filter(kind="support.v1", subject_kind="ideas.idea").exists()
    with pytest.raises(NotFound):
        supports.supporters(idea, other_member)


def test_hashes_of_networks_go_and_the_crowd_stays(idea):
    for fan in people(3):
        supporting.give_support(idea, by=fan, address="192.0.2.7")
    later = timezone.now() + dt.timedelta(seconds=1)
    assert (supporting.forget_networks(later), supporting.forget_networks(later)) == (3, 0)
    assert set(Support.objects.values_list("network", "crowd_count")) == {("", 3)}


def test_a_supporter_says_a_price_and_changes_it(idea, other_member):
    with pytest.raises(errors.SupportNeeded):
        answer_survey(idea, Answer(10), by=other_member)
    supporting.give_support(idea, by=other_member)
    answer_survey(idea, Answer(21_000_000, "self", "سبک باشد"), by=other_member)
    answer_survey(idea, Answer(None, "gift"), by=other_member)
    row = SurveyAnswer.objects.get()
    assert (row.price_minor, row.for_whom, row.words, row.unit) == (None, "gift", "", "IRR")


@pytest.mark.parametrize(
    ("answer", "refusal"),
    [
        (Answer(0), errors.BadPrice),
        (Answer(-5), errors.BadPrice),
        (Answer(limits.PRICE_MINOR_MAX + 1), errors.BadPrice),
        (Answer(5, "nobody"), errors.BadForWhom),
        (Answer(5, "self", "ا" * 501), errors.WordsTooLong),
    ],
    ids=["nothing", "negative", "too large", "unknown choice", "too many words"],
)
def test_bad_answers_are_refused(idea, other_member, answer, refusal):
    supporting.give_support(idea, by=other_member)
    with pytest.raises(refusal):
        answer_survey(idea, answer, by=other_member)


def test_prices_are_shown_from_twenty_answers_on_with_their_middle(idea, owner):
    fans = people(20)
    SurveyAnswer.objects.bulk_create(
        SurveyAnswer(idea=idea, member=fan, price_minor=1_000 * n, answered_at=timezone.now())
        for n, fan in enumerate(fans[:19], 1)
    )
    assert supports.prices(fresh(idea)) is None
    assert supports.prices(fresh(idea), for_team=True).n == 19
    SurveyAnswer.objects.create(idea=idea, member=fans[19], price_minor=20_000, answered_at=timezone.now())
    said = supports.prices(fresh(idea))
    assert (said.n, said.least, said.low, said.median, said.high, said.most) == (
        20,
        1_000,
        5_000,
        10_000,
        15_000,
        20_000,
    )


def test_the_list_of_supporters_names_nobody_who_blocks_the_reader(idea, other_member, member):
    supporting.give_support(idea, by=other_member)
    assert [row.member for row in supports.supporters(fresh(idea), member)] == [other_member]
    block_member(member, by=other_member)
    assert supports.unnamed(member) == {other_member.pk}


def test_marks_of_many_ideas_are_one_query(idea, other_member, django_assert_num_queries):
    supporting.give_support(idea, by=other_member)
    with django_assert_num_queries(1):
        found = supports.mine(other_member, [idea.pk, 99])
    assert (found[idea.pk].supports, found[idea.pk].follows, 99 in found) == (True, False, False)
    assert supports.mine(None, [idea.pk]) == {}


@pytest.mark.parametrize("count", [1, 30])
def test_a_page_of_supporters_is_one_query_however_many_there_are(idea, count, django_assert_num_queries):
    for fan in people(count):
        Support.objects.create(idea=idea, member=fan, given_at=timezone.now())
    row = fresh(idea)
    with django_assert_num_queries(1):
        assert next(iter(supports.supporters(row, None))).member.name == f"هوادار {count - 1}"


@pytest.mark.parametrize("count", [1, 30])
def test_a_support_takes_few_journeys_and_a_second_click_fewer(member, owner, count):
    rules = Terms(stations=(Station(100, 60),), is_adaptive=False)
    idea = gathering(member, programme(owner, rules), by=owner)
    *before, fan = people(count + 1)
    for one in before:
        supporting.give_support(idea, by=one)
    first, second = (asked_by(lambda: supporting.give_support(idea, by=fan)) for _ in "ab")
    assert (first, second) == ((5, 1) if connection.vendor == "postgresql" else (10, 2))


def asked_by(deed):
    """Return how many statements a deed takes, beside the savepoint that a test has in place of a transaction."""
    with CaptureQueriesContext(connection) as asked:
        deed()
    return len([one for one in asked if "SAVEPOINT" not in one["sql"]])
