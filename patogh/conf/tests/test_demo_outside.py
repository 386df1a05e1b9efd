"""The demo's year over every channel: people outside, who is whom, what was agreed, and nothing that ever calls anybody."""

import pytest

from patogh.activity.models import Activity, Job, Outbox
from patogh.api.models import IntakeKey, IntakeTally
from patogh.channels.connectors import queries
from patogh.channels.connectors.actions import turns
from patogh.channels.connectors.contract import Unreachable
from patogh.channels.connectors.trying import try_setup
from patogh.channels.models import DeadLetter, Message, Setup
from patogh.conf.demo import outside, plan
from patogh.conf.tests.conftest import NOW, TINY
from patogh.people.models import Consent, ConsentText, Identity, Member, Person
from patogh.persons.models import Look, Merge, PersonNote, Pledge, Suggestion
from patogh.segments.models import Membership, Segment
from patogh.shop.models import Order, Redemption


@pytest.fixture(autouse=True)
def _with_database(small_demo, db):
    """Each test in a savepoint of its own."""


def person_of(handle: str) -> Person:
    found = Identity.objects.get(member__handle=handle).person
    assert found is not None
    return found


def test_the_same_moment_gives_the_same_people_outside():
    outside.gather.cache_clear()
    before = outside.gather(TINY.members, NOW)
    outside.gather.cache_clear()
    assert before == outside.gather(TINY.members, NOW)
    assert len({one.value for one in before}) == len(before) == round(TINY.members * outside.SHARE)


def test_people_outside_grow_with_the_members_up_to_a_limit():
    assert len(outside.gather(300, NOW)) == 120
    assert len(outside.gather(plan.SIZES["large"].members, NOW)) == outside.OUTSIDERS_MAX


def test_every_channel_is_set_up_and_one_is_broken_with_a_sentence():
    assert set(Setup.objects.values_list("connector", flat=True)) >= {
        "bale", "telegram", "email", "kavenegar", "mastodon", "bluesky", "feed", "webhook",
    }  # fmt: skip
    broken = Setup.objects.get(state="broken")
    assert broken.connector == "bluesky" and "گذرواژه" in broken.fault
    assert DeadLetter.objects.filter(replayed_at=None, dropped_at=None).count() == 2


def test_nobody_is_asked_and_nothing_leaves():
    setups = list(Setup.objects.values_list("pk", flat=True))
    assert queries.due_to_poll(NOW) == queries.due_to_send(NOW) == []
    assert [turns.claim_polling(pk) or turns.claim_sending(pk) for pk in setups] == [None] * len(setups)
    with pytest.raises(Unreachable):
        try_setup(Setup.objects.filter(connector="bale").get(), by=Member.objects.get(handle="ardalan"))


def test_no_job_and_no_news_of_the_year_is_left_to_the_worker():
    assert not Job.objects.filter(task__startswith="channels.").exists()
    assert not Job.objects.filter(task__startswith="persons.").exists()
    assert not Outbox.objects.filter(activity__verb__startswith="channels.", state="waiting").exists()


def test_messages_came_over_every_channel_and_most_were_answered():
    came = Message.objects.filter(way="in", kind="message")
    assert set(came.values_list("connector", flat=True)) >= {"bale", "telegram", "email"}
    assert Message.objects.filter(way="out", state="sent").count() > came.count() / 3
    assert Message.objects.filter(happened_at__gt=NOW).count() == 0
    assert all(message.text == message.text.strip() and "{" not in message.text for message in Message.objects.all())


def test_counters_of_setups_are_what_they_count():
    for setup in Setup.objects.exclude(connector="woocommerce"):
        assert setup.came_count == setup.messages.filter(way="in").count()
        assert setup.left_count == setup.messages.filter(way="out").count()


def test_maryam_is_known_over_her_channels_and_one_more_waits():
    maryam = person_of("maryam")
    kinds = set(Identity.objects.filter(person=maryam).values_list("kind", flat=True))
    assert kinds >= {"member", "email", "phone", "bale", "shop-customer"}
    by_hand = Merge.objects.get(kept=maryam, why="staff")
    assert by_hand.by is not None and by_hand.by.handle == "somayeh" and by_hand.reason
    assert Suggestion.objects.filter(left=maryam, state="waiting").exists()


def test_one_merge_was_taken_back_and_gave_everybody_back():
    merge = Merge.objects.get(undone_at__isnull=False)
    assert merge.reason and merge.undo_reason
    assert person_of("kian") != Identity.objects.get(kind="telegram", value="@kian_isf").person


def test_pairs_wait_with_reasons():
    waiting = Suggestion.objects.filter(state="waiting")
    assert 5 <= waiting.count() <= 14
    assert all(row.reasons for row in waiting)


def test_consent_has_a_history_with_its_words():
    assert ConsentText.objects.filter(purpose="news", channel="mail").count() == 2
    assert all(row.words for row in Consent.objects.filter(state="given"))
    methods = set(Consent.objects.values_list("method", flat=True))
    assert methods >= {"form", "settings", "sms_word", "confirmed"}


def test_notes_pledges_and_looks_are_there():
    assert PersonNote.objects.count() == 4 and Look.objects.count() >= 5
    assert Pledge.objects.filter(kept_at__isnull=False).count() == 1
    open_ones = Pledge.objects.filter(kept_at=None, dropped_at=None)
    assert sorted(one.due_at > NOW for one in open_ones) == [False, True]


def test_orders_of_the_web_shop_are_tied_to_their_buyers_and_codes():
    orders = Order.objects.filter(source="woo")
    assert orders.count() == 6 and not orders.filter(buyer=None).exists()
    assert orders.filter(buyer__person=person_of("maryam")).count() == 2
    assert Redemption.objects.filter(state="counted").count() == 4


def test_groups_are_filled():
    assert set(Segment.objects.values_list("state", flat=True)) == {"live"}
    assert Segment.objects.count() == 4
    for segment in Segment.objects.all():
        assert segment.members_count == Membership.objects.filter(segment=segment, left_at=None).count()


def test_orders_and_events_are_somebodys():
    assert Order.objects.filter(buyer__kind="order-phone").exists()
    told = Activity.objects.filter(verb__in=("persons.page_viewed", "persons.event_tracked")).count()
    assert told == sum(IntakeTally.objects.values_list("count", flat=True)) > 10
    assert IntakeKey.objects.count() == 2
