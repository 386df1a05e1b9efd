"""Segments over the API: for those who look after people, nobody else."""

from __future__ import annotations

import pytest

from patogh.activity import jobs
from patogh.segments import actions as gathering
from patogh.segments import asked

pytestmark = pytest.mark.django_db


@pytest.fixture
def segment(owner, member):
    made = gathering.make_segment("تازه‌ها", "joined within 400 days", by=owner)
    jobs.drain()
    asked.assume_none()
    return made


def test_the_team_reads_segments_and_their_people(program, agent, segment):
    asking = program(agent, "read:segments")
    assert asking.get("/segments").json()["items"][0]["rule"] == "joined within 400 days"
    people = asking.get(f"/segments/{segment.pk}/members").json()["items"]
    assert "مینا کیانی" in {one["identity"] for one in people}


def test_a_rule_is_counted_and_a_bad_one_is_told_where(program, agent, segment):
    asking = program(agent, "read:segments")
    found = asking.get("/rule-count?rule=joined+within+400+days")
    assert (found.status_code, found.json()["people"], found.json()["is_exact"]) == (200, 3, True)
    refused = asking.get("/rule-count?rule=asked+%3E%3D+two")
    assert refused.status_code == 400
    assert refused.json()["code"] == "bad_rule"


def test_a_member_finds_no_segments(program, member, segment):
    assert program(member, "read:segments").get("/segments").status_code == 404
