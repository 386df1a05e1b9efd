"""Short versions of the drills for every test run; `make drill` runs the long ones."""

import pytest

from tests.drills import errors, kill9, power

pytestmark = [pytest.mark.drill, pytest.mark.xdist_group("drills")]


def test_forty_kills_lose_and_double_nothing():
    assert kill9.run(kills=40)


def test_a_server_that_answers_before_it_commits_is_caught():
    assert not kill9.run(kills=20, broken=True)


def test_a_disk_without_room_loses_nothing():
    assert errors.run(faults={"no room": errors.FAULTS["no room"]}, seconds=2)


def test_power_cuts_lose_nothing_that_was_acknowledged():
    assert power.run(cuts=60, writes=60)
