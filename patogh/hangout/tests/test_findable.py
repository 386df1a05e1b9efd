"""What is said in the hangout is found by those who may see it, as it is now."""

import pytest

from patogh.hangout import actions
from patogh.hangout.actions import NewReply, NewTopic, PostEdit, SpaceFacts
from patogh.search import queries


@pytest.fixture
def found(db):
    """Return the addresses that a search finds, for a member or a stranger."""
    return lambda typed, member=None: [
        hit.url for hit in queries.search(typed, audiences=queries.audiences_of(member)).hits
    ]


def test_a_topic_and_its_replies_are_found_in_other_spellings(question, answer, found):
    assert found("توپي عقب تقتق ميکند") == [f"/t/{question.pk}/توپی-عقب-تق-تق-می-کند"]
    assert found("خار خلاص کن") == [f"/t/{question.pk}/p/2"]


def test_an_edited_reply_is_found_by_its_new_words_only(question, answer, other_member, found):
    actions.edit_post(answer, PostEdit("بلبرینگ را عوض کنید."), by=other_member)
    assert found("خلاص‌کن") == []
    assert found("بلبرينگ") == [f"/t/{question.pk}/p/2"]


def test_what_is_out_of_sight_is_not_found_until_it_comes_back(question, answer, moderator, found):
    actions.trash_topic(question, by=moderator)
    assert found("سرازیری") == []
    assert found("خلاص‌کن") == []
    actions.restore_topic(question, by=moderator)
    assert len(found("سرازیری")) == len(found("خلاص‌کن")) == 1


def test_a_private_space_keeps_its_words_to_itself(hidden_space, owner, member, found):
    topic = actions.open_topic(hidden_space, NewTopic("قناری در کارگاه", "رازِ قناری"), by=owner)
    actions.reply(topic, NewReply("آوازِ قناری"), by=owner)
    assert found("قناری") == found("قناری", member) == []
    assert len(found("قناری", owner)) == 1
    assert queries.suggest("قنا", audiences=queries.audiences_of(member)) == []


def test_a_topic_that_moves_behind_a_door_is_gone_from_search(question, answer, hidden_space, owner, found):
    actions.move_topic(question, hidden_space, by=owner)
    assert found("سرازیری") == found("خلاص‌کن") == []
    assert len(found("خلاص‌کن", owner)) == 1


def test_a_space_that_closes_is_gone_from_search_at_once(space, question, answer, owner, member, found):
    actions.edit_space(space, SpaceFacts("repair", "تعمیر و نگهداری", "Repair", access="private"), by=owner)
    assert found("سرازیری") == found("خلاص‌کن", member) == []
    assert len(found("سرازیری", owner)) == 1
