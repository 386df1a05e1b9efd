"""Many activities at once: the known are left out, watchers and tasks follow as with one."""

import pytest
from django.db import transaction
from django.utils import timezone

from patogh.activity import registry, upkeep
from patogh.activity.batch import record_many
from patogh.activity.door import inner
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


def test_rows_keep_every_kind_of_value_whichever_way_they_go(db):
    words = {"text": 'نیم‌فاصله "و" \\ \' $1 %s', "list": [1, None, {"a": True}], "n": 2**62}
    many = [pulse(f'{n} "%s') for n in range(3)]
    for one, value in zip(many, (2**62, -1, None), strict=True):
        one.data, one.value, one.currency = words, value, "IRR"
    for made in (many, [pulse("alone")]):
        record_many(made)
        for one in made:
            kept = Activity.objects.get(pk=one.pk)
            said = [(row.data, row.value, row.key, row.happened_at) for row in (kept, one)]
            assert said[0] == said[1]


def test_what_is_no_value_of_a_row_is_refused(db):
    rows = [pulse("a"), pulse("b")]
    rows[0].data = {"a": object()}
    with pytest.raises(TypeError), transaction.atomic():
        record_many(rows)
    assert not Activity.objects.filter(source="test").exists()


def test_an_upkeep_inside_another_needs_no_savepoint(db, django_assert_num_queries):
    note = upkeep(lambda: Outbox.objects.count())
    whole = upkeep(lambda: inner(note)())
    with django_assert_num_queries(1 + 2):  # the test's own transaction: a savepoint for the outer one
        whole()
    with django_assert_num_queries(1 + 2):
        inner(note)()
