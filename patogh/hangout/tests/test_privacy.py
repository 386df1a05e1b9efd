"""What is behind a door does not exist for those outside: every address of it answers 404, whatever the method."""

import pytest

from patogh.hangout import actions
from patogh.hangout.actions import NewPoll, NewReply, NewTopic
from patogh.hangout.models import Post

POSTED = {
    "/t/{t}/posts": {"text": "سلام"}, "/t/{t}/edit": {"title": "عنوان", "text": "متن"}, "/t/{t}/follow": {}, "/t/{t}/read": {"number": "1"},
    "/t/{t}/pin": {}, "/t/{t}/closure": {}, "/t/{t}/trash": {}, "/t/{t}/move": {"space": "repair"}, "/t/{t}/merge": {"target": "1"},
    "/t/{t}/acceptance": {"post": "{p}"}, "/t/{t}/poll/votes": {"option": "1"}, "/t/{t}/promise": {"date": "2027-01-01"},
    "/posts/{p}/edit": {"text": "متن"}, "/posts/{p}/reactions/thanks": {}, "/posts/{p}/bookmark": {}, "/posts/{p}/trash": {},
    "/s/workshop/follow": {}, "/s/workshop/edit": {}, "/s/workshop/members": {"handle": "mina"},
}  # fmt: skip
READ = [
    "/t/{t}",
    "/t/{t}/posts",
    "/t/{t}/edit",
    "/t/{t}/decisions",
    "/posts/{p}/edit",
    "/posts/{p}/revisions",
    "/posts/{p}/source",
    "/posts/{p}/words",
    "/s/workshop",
]
LIFTED = [
    "/t/{t}/follow",
    "/t/{t}/pin",
    "/t/{t}/closure",
    "/t/{t}/trash",
    "/t/{t}/acceptance",
    "/t/{t}/poll/votes",
    "/posts/{p}/reactions/thanks",
    "/posts/{p}/bookmark",
    "/posts/{p}/trash",
    "/s/workshop/follow",
    "/s/workshop/members",
]


@pytest.fixture
def secret(hidden_space, owner) -> dict[str, int]:
    """A conversation of the workshop."""
    topic = actions.open_topic(
        hidden_space,
        NewTopic("راز کارگاه", "قناری زرد", "question", ("محرمانه",), NewPoll("کدام؟", ("یک", "دو"))),
        by=owner,
    )
    post = actions.reply(topic, NewReply("پاسخ محرمانه"), by=owner)
    return {"t": topic.pk, "p": post.pk}


@pytest.mark.parametrize("address", READ)
def test_reading_what_is_behind_a_door_is_a_404(secret, member, moderator, signed_in, address):
    for person in (member, moderator):
        assert signed_in(person).get(address.format(**secret)).status_code == 404


@pytest.mark.parametrize("address", POSTED)
def test_writing_behind_a_door_is_a_404_and_changes_nothing(secret, member, moderator, signed_in, address):
    body = {name: value.format(**secret) for name, value in POSTED[address].items()}
    for person in (member, moderator):
        assert signed_in(person).post(address.format(**secret), body).status_code == 404
    assert Post.objects.filter(topic_id=secret["t"]).count() == 2


@pytest.mark.parametrize("address", LIFTED)
def test_lifting_behind_a_door_is_a_404(secret, member, moderator, signed_in, address):
    for person in (member, moderator):
        assert signed_in(person).delete(address.format(**secret)).status_code == 404


@pytest.mark.parametrize("address", [one for one in POSTED if one.startswith(("/t", "/posts"))])
def test_a_stranger_is_asked_to_sign_in_and_keeps_her_words(question, answer, stranger, address):
    body = {name: value.format(t=question.pk, p=answer.pk) for name, value in POSTED[address].items()}
    assert stranger.post(address.format(t=question.pk, p=answer.pk), body).status_code == 401


@pytest.mark.parametrize("what", ["pin", "closure", "trash", "move", "merge", "decisions"])
def test_decisions_are_not_there_for_those_who_do_not_moderate(question, answer, other_member, signed_in, what):
    address = f"/t/{question.pk}/{what}"
    client = signed_in(other_member)
    assert (client.get if what == "decisions" else client.post)(address).status_code == 404


def test_a_topic_is_not_merged_with_one_out_of_sight(question, secret, moderator, signed_in):
    answer = signed_in(moderator).post(f"/t/{question.pk}/merge", {"target": str(secret["t"])})
    assert answer.status_code == 400
    assert "راز کارگاه" not in answer.content.decode()


def test_somebody_elses_draft_and_picture_words_are_out_of_reach(member, other_member, signed_in):
    actions.save_draft("new", "نیمهٔ مینا", by=member)
    assert "نیمهٔ مینا" not in signed_in(other_member).get("/new").content.decode()
    assert signed_in(other_member).post("/pictures/aaaaaaaaaaaaaaaaaaaaaaaa", {"alt": "x"}).status_code == 404
