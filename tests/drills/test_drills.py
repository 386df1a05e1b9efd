"""Short versions of the drills for every test run; `make drill` runs them in full."""

import pytest

from tests.drills import (
    book_keys,
    book_kill9,
    book_restored,
    channels_kill9,
    copying,
    diskfull,
    group,
    kill9,
    mail,
    power,
    tampering,
    two_sequencers,
    webhooks,
)

pytestmark = pytest.mark.drill


def test_ten_kills_of_a_whole_house_lose_and_double_nothing():
    assert group.drill().passed


def test_kills_in_quick_succession_lose_and_double_nothing():
    assert kill9.drill().passed


def test_a_server_that_answers_before_it_commits_is_caught():
    assert not kill9.drill(broken=True).passed


def test_a_disk_without_room_loses_nothing():
    assert diskfull.drill().passed


def test_power_cuts_lose_nothing_that_was_acknowledged():
    assert power.drill().passed


def test_copies_made_while_members_write_hold_everything():
    assert copying.drill().passed


def test_a_sick_receiver_of_webhooks_is_told_everything_in_the_end():
    assert webhooks.drill().passed


def test_an_hour_without_a_mail_server_loses_no_notice():
    assert mail.drill().passed


def test_hundreds_of_tamperings_with_a_book_are_all_found():
    result = tampering.drill()
    assert result.passed, result.more["missed"]
    assert result.faults >= 200


def test_a_reader_who_trusts_the_hash_tiles_is_caught():
    result = tampering.drill(broken=True)
    assert not result.passed
    assert any(name.startswith("entry.forged_with_leaf_tile") for name in result.more["missed"])


def test_kills_of_the_worker_the_writers_and_the_witnesses_fork_no_book():
    assert book_kill9.drill().passed


def test_writers_that_promise_before_they_commit_are_caught():
    assert not book_kill9.drill(broken=True).passed


def test_two_sequencers_at_once_make_one_log():
    assert two_sequencers.drill().passed


def test_a_restored_backup_stops_the_book_and_it_goes_on_under_a_new_origin():
    result = book_restored.drill()
    assert result.passed, result.more["wrong"]


def test_a_key_can_be_rotated_stolen_and_given_up():
    result = book_keys.drill()
    assert result.passed, result.more["wrong"]


def test_kills_of_a_channels_door_lose_and_double_nothing():
    assert channels_kill9.drill().passed


def test_a_door_that_answers_before_it_keeps_is_caught():
    assert not channels_kill9.drill(broken=True).passed
