import datetime as dt
import json

import pytest
import time_machine
from django.test import RequestFactory
from django.utils import timezone

from patogh.activity import health, views
from patogh.activity.actions import beat
from patogh.activity.jobs import enqueue

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh(monkeypatch, settings, tmp_path) -> None:
    monkeypatch.setattr(health, "_last", (-1.0, {}))
    settings.DATA = tmp_path


def asked() -> tuple[int, dict]:
    response = views.readyz(RequestFactory().get("/readyz"))
    return response.status_code, json.loads(response.content)


def test_a_living_process_says_so_without_the_database(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert views.healthz(RequestFactory().get("/healthz")).status_code == 200


def test_the_house_is_ready_while_a_worker_works():
    beat("worker")
    status, found = asked()
    assert status == 200, found
    assert found["reasons"] == []


def test_a_silent_worker_is_said():
    status, found = asked()
    assert status == 503
    assert "no worker" in found["reasons"][0]


def test_a_job_that_waits_too_long_is_said():
    enqueue("activity.unknown")
    with time_machine.travel(timezone.now() + dt.timedelta(hours=1)):
        beat("worker")
        _, found = asked()
    assert "a job has waited" in found["reasons"][0]


def test_a_full_disk_is_said(monkeypatch):
    beat("worker")
    monkeypatch.setattr(health, "free_bytes", lambda: 1)
    assert "disk" in asked()[1]["reasons"][0]


def test_a_database_that_takes_no_writes_is_said(monkeypatch):
    from patogh.activity.errors import StorageFull

    def full(name):
        raise StorageFull

    monkeypatch.setattr(health, "beat", full)
    status, found = asked()
    assert status == 503
    assert "cannot be written" in found["reasons"][0]


def test_a_missing_data_folder_is_no_room(settings, tmp_path):
    settings.DATA = tmp_path / "gone"
    assert health.free_bytes() == 0


def test_the_answer_is_kept_for_a_second(monkeypatch):
    first = health.readiness()
    assert health.readiness() is first
