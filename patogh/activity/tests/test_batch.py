"""Many activities at once: the known are left out, watchers and tasks follow as with one."""

import pytest
from django.db import transaction
from django.utils import timezone

from patogh.activity import registry
from patogh.activity.batch import record_many
from patogh.activity.models import Activity, Outbox


def pulse(key: str | None) -> Activity:
    now = timezone.now()
    return Activity(verb="activity.pulse_felt", subject_kind="activity.pulse", subject_id="1", audience="staff", channel="test",
                    happened_at=now, recorded_at=now, data={"n": "نبض"}, source="test", key=key)  # fmt: skip


def test_each_key_of_a_source_is_written_once(db):
    assert [one.key for one in record_many([pulse("b"), pulse("a"), pulse("b")])] == ["b", "a"]
    assert [one.key for one in record_many([pulse("c"), pulse("a")])] == ["c"]
    assert len(record_many([pulse(None), pulse(None)])) == 2
    assert Activity.objects.get(key="a").data == {"n": "نبض"}


def test_watchers_hear_of_each_new_one_or_of_all_together(db, monkeypatch):
    monkeypatch.setattr(registry, "_many", {})
    heard, together = [], []
    registry.watch("activity.pulse_felt")(lambda one: heard.append(one.key))
    registry.watch("activity.pulse_felt", many=lambda some: together.append([one.key for one in some]))(
        lambda _one: 1 / 0
    )
    record_many([pulse("a")])
    record_many([pulse("a"), pulse("b"), pulse("c")])
    assert (heard, together) == (["a", "b", "c"], [["a"], ["b", "c"]])


def test_tasks_follow_by_outbox_rows(db):
    registry.after("activity.pulse_felt", "activity.some_task")
    made = record_many([pulse("a"), pulse("b")])
    assert set(Outbox.objects.values_list("activity_id", "state")) == {(one.pk, "waiting") for one in made}


def test_an_unknown_verb_writes_nothing(db):
    row = pulse("a")
    row.verb = "activity.nothing"
    with pytest.raises(LookupError), transaction.atomic():
        record_many([row, pulse("b")])
    assert not Activity.objects.filter(source="test").exists()
