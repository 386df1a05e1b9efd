import csv
import datetime as dt
import io
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from patogh.activity import limits as road_limits
from patogh.activity.jobs import recurring
from patogh.conftest import made_member
from patogh.hangout import actions as hangout
from patogh.hangout.models import Space
from patogh.insight import limits
from patogh.insight.measures import Window, agreement, answers, flags, load, queue
from patogh.insight.models import Snapshot
from patogh.insight.tasks import measure
from patogh.trust.models import Decision, Flag, ReviewItem, SecondOpinion

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def window():
    return Window(NOW - dt.timedelta(days=28), NOW, dt.UTC)


def item(number, *, hours=None, kind="flags", opened=30):
    """An item opened so many hours ago and decided after so many, or not yet."""
    opened_at = NOW - dt.timedelta(hours=opened)
    done = opened_at + dt.timedelta(hours=hours) if hours else None
    return ReviewItem.objects.create(
        kind=kind, subject_kind="hangout.post", subject_id=str(number), opened_at=opened_at, first_seen_at=done, decided_at=done,
        state="decided" if hours else "open",
    )  # fmt: skip


def decided(row, by, what="hide"):
    return Decision.objects.create(
        item=row, subject_kind="hangout.post", subject_id=row.subject_id, by=by, what=what, reason="spam",
        batch=uuid.uuid4(), decided_at=row.decided_at or NOW - dt.timedelta(hours=1),
    )  # fmt: skip


def test_slow_items_that_still_wait_are_not_left_out(window):
    for number in range(6):
        item(number, hours=1 if number < 3 else None)
    found = queue.measured(window)["all"]
    assert (found["n"], found["open"]) == (6, 3)
    assert found["decide"]["at"] == 1
    assert found["decide_90"]["why"] == "open"


def test_items_from_before_the_window_are_not_counted(window):
    item(1, hours=2, opened=29 * 24)
    assert queue.measured(window) == {}


def test_load_names_who_decided_and_leaves_out_the_house(window, moderator):
    for number in range(5):
        decided(item(number, hours=2), moderator)
    decided(item(9, hours=2), None)
    found = load.measured(window)
    assert [(row["member"], row["decisions"]) for row in found["moderators"]] == [(moderator.pk, 5)]
    assert sum(day["decided"] for day in found["days"]) == 6
    assert len(found["days"]) == 29


def test_open_and_withdrawn_flags_stay_out_of_the_share(window, member, other_member, moderator, agent):
    row = item(1)
    said = [("agreed", member), ("disagreed", other_member), ("", moderator)]
    for outcome, by in said:
        Flag.objects.create(item=row, subject_kind="p", subject_id="1", by=by, reason="spam", weight=1, created_at=NOW - dt.timedelta(hours=3), outcome=outcome)  # fmt: skip
    Flag.objects.create(item=row, subject_kind="p", subject_id="1", by=agent, reason="spam", weight=1, created_at=NOW - dt.timedelta(hours=3), withdrawn_at=NOW)  # fmt: skip
    found = flags.measured(window)["spam"]
    assert [found[name] for name in ("agreed", "disagreed", "ignored", "open", "withdrawn")] == [1, 1, 0, 1, 1]
    assert (found["share"]["n"], found["share"]["why"]) == (2, "few")


def test_second_opinions_give_kappa(window, moderator, agent):
    for number in range(12):
        what = "hide" if number % 2 else "approve"
        row = item(number, hours=1)
        SecondOpinion.objects.create(
            item=row, decision=decided(row, moderator, what), first_by=moderator, asked_at=NOW - dt.timedelta(hours=5), by=agent,
            what=what if number else "hide", given_at=NOW - dt.timedelta(hours=2),
        )  # fmt: skip
    found = agreement.measured(window)
    assert found["equal"]["at"] == pytest.approx(11 / 12)
    assert found["kappa"]["at"] == pytest.approx(5 / 6)


def test_the_asker_s_own_reply_is_no_answer(window, member, other_member):
    space = Space.objects.create(slug="repair", name="تعمیر")
    topic = hangout.open_topic(space, hangout.NewTopic("چرا زنجیر می‌پرد؟", "از دیروز", kind="question"), by=member)
    hangout.reply(topic, hangout.NewReply("راستی عکس هم دارم"), by=member)
    later = Window(window.since, timezone.now() + dt.timedelta(minutes=1), dt.UTC)
    assert (answers.measured(later)["n"], answers.measured(later)["open"]) == (1, 1)
    hangout.reply(topic, hangout.NewReply("قطارش کهنه است"), by=other_member)
    assert answers.measured(later)["open"] == 0


def test_measuring_keeps_one_snapshot_of_each_measure(db):
    measure()
    measure()
    assert sorted(Snapshot.objects.values_list("name", flat=True)) == ["agreement", "answers", "flags", "load", "queue"]
    assert recurring()["insight.measure"] == limits.MEASURE_EVERY_S > road_limits.WORKER_RECURRING_S


@pytest.mark.parametrize("language", ["fa", "en"])
def test_the_page_speaks_before_and_after_measuring(client, moderator, language):
    moderator.language = language
    moderator.save()
    client.force_login(moderator)
    assert client.get("/team/insight/moderation").status_code == 200
    for number in range(6):
        decided(item(number, hours=2), moderator)
    measure()
    page = client.get("/team/insight/moderation").content.decode()
    assert moderator.name in page
    assert ("نیمی از آنچه" if language == "fa" else "Half of what came") in page


def test_an_analyst_sees_figures_without_names(client, moderator, member):
    from patogh.people.actions import grant_role

    grant_role(member, "analyst", by=None)
    for number in range(6):
        decided(item(number, hours=2), moderator)
    measure()
    client.force_login(member)
    assert moderator.name not in client.get("/team/insight/moderation").content.decode()


def test_a_member_finds_no_such_page(client, member):
    client.force_login(member)
    assert client.get("/team/insight/moderation").status_code == 404
    assert client.get("/team/insight/moderation.csv").status_code == 404


def test_the_csv_holds_every_figure_and_nobody(client, moderator):
    for number in range(6):
        decided(item(number, hours=2), moderator)
    measure()
    client.force_login(moderator)
    text = client.get("/team/insight/moderation.csv").content.decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {"measure": "queue", "figure": "all.n", "value": "6"}.items() <= next(
        r for r in rows if r["figure"] == "all.n"
    ).items()
    assert "moderators" not in text


def test_the_page_asks_as_much_for_thirty_moderators_as_for_one(client, moderator):
    def asked():
        measure()
        client.get("/team/insight/moderation")
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/team/insight/moderation").status_code == 200
        return len(queries)

    client.force_login(moderator)
    decided(item(0, hours=2), moderator)
    with_one = asked()
    for number in range(30):
        decided(item(number + 1, hours=2), made_member(f"judge_{number}", f"داور {number}"))
    assert asked() == with_one
