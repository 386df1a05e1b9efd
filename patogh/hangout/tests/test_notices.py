"""Who hears of what: after commit, once, and never more than they may see or want to hear."""

import pytest

from patogh.activity.jobs import drain
from patogh.activity.models import Activity
from patogh.hangout import actions, tasks
from patogh.hangout.actions import NewReply, NewTopic, PostEdit
from patogh.people.actions import follow_member, mute_member
from patogh.people.models import Notice
from patogh.people.queries import notices_page


def heard() -> set[tuple[str, str]]:
    """Return (who, what) of every notice, after everything that waits has run."""
    drain()
    return set(
        Notice.objects.exclude(kind__startswith="people.")
        .exclude(kind="hangout.points_earned")
        .values_list("member__handle", "kind")
    )


@pytest.fixture
def quiet(question):
    """Nothing has been heard of the question itself."""
    drain()
    Notice.objects.all().delete()


def test_a_reply_reaches_the_asker_who_it_names_and_who_follows(
    question, quiet, member, other_member, agent, moderator
):
    actions.follow(question, by=moderator)
    actions.reply(question, NewReply("سلام @hamid"), by=other_member)
    assert heard() == {("mina", "hangout.replied_to_you"), ("hamid", "hangout.mentioned"), ("navid", "hangout.replied")}


def test_an_answer_to_an_answer_reaches_its_author(question, answer, member, other_member):
    drain()
    Notice.objects.all().delete()
    actions.reply(question, NewReply("چطور؟", parent=answer.number), by=member)
    assert heard() == {("reza", "hangout.replied_to_you")}


def test_a_new_topic_reaches_followers_of_space_tag_and_author(
    space, question, quiet, member, other_member, agent, moderator
):
    actions.follow(space, by=agent)
    actions.follow(question.tags.get(name="صدا"), by=moderator)
    follow_member(member, by=other_member)
    drain()
    actions.open_topic(space, NewTopic("صدای تازه", "متن", tags=("صدا",)), by=member)
    assert heard() == {("hamid", "hangout.opened"), ("navid", "hangout.opened"), ("reza", "hangout.opened")}


def test_acceptance_and_words_reach_the_author(question, answer, member, other_member, agent):
    drain()
    Notice.objects.all().delete()
    actions.accept_answer(answer, by=member)
    actions.react(answer, "worked", by=member)
    actions.react(answer, "thanks", by=agent)
    assert heard() == {("reza", "hangout.accepted"), ("reza", "hangout.reacted")}
    assert Notice.objects.get(kind="hangout.reacted").count == 2


@pytest.mark.parametrize("what", ["topic", "space", "tag", "person"])
def test_whoever_muted_hears_nothing(question, quiet, space, member, other_member, what):
    if what == "person":
        mute_member(other_member, by=member)
    else:
        actions.follow(
            {"topic": question, "space": space, "tag": question.tags.first()}[what], by=member, level="muted"
        )
    actions.reply(question, NewReply("سلام @mina"), by=other_member)
    assert heard() == set()


def test_in_a_private_space_only_its_people_hear(hidden_space, owner, member, other_member):
    actions.let_in(hidden_space, member, by=owner)
    actions.open_topic(hidden_space, NewTopic("راز ما", "برای @mina و @reza"), by=owner)
    assert heard() == {("mina", "hangout.mentioned")}


def test_nobody_hears_of_her_own_deeds(question, quiet, member):
    actions.reply(question, NewReply("خودم @mina"), by=member)
    assert heard() == set()


def test_a_repeated_task_tells_nobody_twice(question, quiet, member, other_member):
    actions.reply(question, NewReply("پاسخ"), by=other_member)
    drain()
    for _ in range(2):
        tasks.tell_of_reply(str(Activity.objects.get(verb="hangout.reply_posted").pk))
    assert Notice.objects.get(member=member).count == 1


def test_an_edit_tells_only_whom_it_newly_names(question, quiet, member, other_member, agent):
    post = actions.reply(question, NewReply("سلام @hamid"), by=other_member)
    drain()
    Notice.objects.all().delete()
    actions.edit_post(post, PostEdit("سلام @hamid و @navid"), by=other_member)
    assert ("navid", "hangout.mentioned") not in heard()  # nobody is called so in this test
    actions.edit_post(post, PostEdit("سلام @hamid و @mina"), by=other_member)
    assert ("mina", "hangout.mentioned") in heard()


def test_many_hearers_are_told_by_jobs_of_their_own(
    question, quiet, monkeypatch, member, other_member, agent, moderator
):
    monkeypatch.setattr(tasks, "HEARERS_A_JOB", 1)
    for hearer in (agent, moderator):
        actions.follow(question, by=hearer)
    actions.reply(question, NewReply("پاسخ"), by=other_member)
    assert heard() == {("mina", "hangout.replied_to_you"), ("hamid", "hangout.replied"), ("navid", "hangout.replied")}


def test_a_post_taken_away_meanwhile_tells_nobody(question, quiet, other_member, moderator):
    post = actions.reply(question, NewReply("تبلیغ @mina"), by=other_member)
    actions.trash_post(post, by=moderator)
    assert heard() == set()


def test_a_notice_no_longer_tells_the_title_of_what_went_out_of_sight(question, quiet, member, other_member, moderator):
    actions.reply(question, NewReply("چرا؟"), by=other_member)
    drain()
    assert [notice.title for notice in notices_page(member)] == [question.title]
    trashed = actions.trash_topic(question, by=moderator, why="خصوصی بود")
    assert trashed and [notice.title for notice in notices_page(member)] == ["چیزی که دیگر در دید نیست"]
    actions.restore_topic(question, by=moderator)
    assert [notice.title for notice in notices_page(member)] == [question.title]
