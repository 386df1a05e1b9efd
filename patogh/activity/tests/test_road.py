import datetime as dt
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from patogh.activity.models import Activity, ErasureDoor
from patogh.activity.registry import verb
from patogh.activity.road import erasing
from patogh.activity.tests.conftest import feel_pulse

pytestmark = pytest.mark.django_db


@pytest.fixture
def activity() -> Activity:
    feel_pulse("one")
    return Activity.objects.get()


def test_an_activity_cannot_be_changed(activity):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Activity.objects.filter(pk=activity.pk).update(verb="other")


def test_an_activity_cannot_be_deleted(activity):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM activity_activity")
    assert Activity.objects.exists()


def test_an_erasure_may_change_and_delete_while_its_door_is_open(activity):
    with transaction.atomic(), erasing():
        Activity.objects.filter(pk=activity.pk).update(data={})
        Activity.objects.filter(pk=activity.pk).delete()
    assert not Activity.objects.exists()


def test_the_erasure_door_closes_behind_itself(activity):
    with transaction.atomic(), erasing():
        pass
    assert not ErasureDoor.objects.exists()
    with pytest.raises(DatabaseError), transaction.atomic():
        Activity.objects.filter(pk=activity.pk).update(verb="other")


def test_the_erasure_door_needs_a_transaction(file_database):
    with pytest.raises(RuntimeError), erasing():
        pass


def test_the_triggers_can_be_taken_down_and_put_up_again(activity):
    migration = import_module("patogh.activity.migrations.0002_append_only")
    editor = SimpleNamespace(connection=connection, execute=connection.cursor().execute)
    migration.reopen(apps, editor)
    Activity.objects.filter(pk=activity.pk).update(channel="test")
    migration.close(apps, editor)
    with pytest.raises(DatabaseError), transaction.atomic():
        Activity.objects.filter(pk=activity.pk).update(channel="web")


def test_the_road_says_who_what_and_to_whom(activity):
    assert (activity.subject_kind, activity.subject_id, activity.audience, activity.channel) == (
        "activity.pulse",
        "one",
        "staff",
        "web",
    )
    assert activity.id.version == 7
    assert activity.recorded_at - activity.happened_at == dt.timedelta()


def test_a_verb_needs_a_type_of_activitystreams():
    with pytest.raises(ValueError, match="ActivityStreams"):
        verb("activity.x_done", type="Frobnicate", fa="الف", en="x", visible="public")


def test_a_verb_is_registered_once():
    verb("activity.x_done", type="Create", fa="الف", en="x", visible="public")
    with pytest.raises(ValueError, match="twice"):
        verb("activity.x_done", type="Update", fa="الف", en="x", visible="public")
