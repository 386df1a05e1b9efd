"""Trust seen from the conversation: what is held, hidden and reported, on pages and behind them."""

import datetime as dt
import re

import pytest
from django.utils import timezone

from patogh.hangout import actions
from patogh.hangout.actions import NewPoll, NewReply, NewTopic, PostEdit, gate
from patogh.hangout.models import Post, Topic
from patogh.hangout.queries.lists import topic_path
from patogh.hangout.tests.truth import wrong_counters
from patogh.people.actions import set_standing
from patogh.search.queries import search
from patogh.trust import actions as trust
from patogh.trust.errors import Silenced
from patogh.trust.models import Held, ReviewItem
from patogh.trust.nouns import Ruling, Subject

SECRET = "نشانی-پنهان"
BAD = "این آدم کلاهبردار است"


@pytest.fixture
def newcomer(other_member):
    """Reza on his first day."""
    other_member.joined_at = timezone.now()
    other_member.save()
    return other_member


@pytest.fixture
def hidden(question, other_member, moderator):
    """A reply that a moderator hid."""
    post = actions.reply(question, NewReply(f"یک پاسخ با {SECRET}"), by=other_member)
    actions.hide_post(post, by=moderator, why="توهین")
    return Post.objects.get(pk=post.pk)


@pytest.fixture
def listed(moderator):
    """A word that a moderator listed."""
    return trust.list_word("زرورق", "selling", by=moderator)


def item_of(thing: object) -> ReviewItem:
    return ReviewItem.objects.get(subject_id=str(thing.pk), state="open")


def test_a_text_with_a_listed_word_is_held_and_only_its_author_sees_it(
    question, other_member, member, listed, signed_in, stranger
):
    answer = signed_in(other_member).post(f"/t/{question.pk}/posts", {"text": "زرورق بخرید، خیلی خوب است"}, follow=True)
    held = Held.objects.get()
    assert f'id="held-{held.pk}"' in answer.content.decode() and "زرورق" in answer.content.decode()
    assert Post.objects.filter(topic=question).count() == 1
    for client in (stranger, signed_in(member)):
        assert "زرورق بخرید" not in client.get(f"/t/{question.pk}", follow=True).content.decode()
    assert not search("زرورق", audiences=["public", "members"]).hits


def test_an_approved_reply_appears_as_its_author_and_counts(question, other_member, moderator, listed):
    held = gate.reply_or_hold(question.pk, NewReply("زرورق بخرید، خیلی خوب است", key="k1"), by=other_member).held
    trust.decide(item_of(held), Ruling("approve", "harmless"), by=moderator)
    post = Post.objects.get(topic=question, number=2)
    assert post.author_id == other_member.pk and "زرورق" in post.html
    assert wrong_counters() == []
    again = gate.reply_or_hold(question.pk, NewReply("زرورق بخرید، خیلی خوب است", key="k1"), by=other_member)
    assert again.thing.pk == post.pk and not again.is_held


def test_a_held_topic_keeps_its_tags_poll_and_kind(space, other_member, moderator, listed):
    poll = actions.NewPoll("کدام؟", ("این", "آن"))
    new = NewTopic("زرورق دوست دارید؟", "بگویید", "question", ("خرید",), poll=poll)
    held = gate.open_or_hold(space, new, by=other_member).held
    trust.decide(item_of(held), Ruling("approve", "harmless"), by=moderator)
    topic = Topic.objects.get(title="زرورق دوست دارید؟")
    assert (topic.kind, topic.tag_names, topic.poll.options.count()) == ("question", ["خرید"], 2)
    assert wrong_counters() == []


def test_a_held_edit_lets_the_old_text_stand_until_it_is_approved(answer, other_member, moderator, listed):
    held = gate.edit_post_or_hold(answer, PostEdit("زرورق را چرب کنید."), by=other_member).held
    assert Post.objects.get(pk=answer.pk).text == answer.text
    trust.decide(item_of(held), Ruling("approve", "harmless"), by=moderator)
    assert "زرورق" in Post.objects.get(pk=answer.pk).text and wrong_counters() == []


def test_undoing_an_approval_takes_the_reply_away_again(question, other_member, moderator, listed):
    held = gate.reply_or_hold(question.pk, NewReply("زرورق بخرید، خیلی خوب است"), by=other_member).held
    made = trust.decide(item_of(held), Ruling("approve", "harmless"), by=moderator)
    trust.undo_decisions(made.batch, by=moderator)
    assert Post.objects.get(topic=question, number=2).trashed_at is not None
    assert Held.objects.get().state == "waiting" and wrong_counters() == []


def test_a_hidden_post_leaks_nowhere(question, hidden, stranger, member, signed_in):
    mina = signed_in(member)
    for client in (stranger, mina):
        for address in (
            f"/t/{question.pk}",
            f"/t/{question.pk}.atom",
            "/feed.atom",
            "/",
            "/talk",
            "/@reza/posts",
            f"/search?q={SECRET}",
        ):
            assert f"با {SECRET}" not in client.get(address, follow=True).content.decode(), address
        assert client.get(f"/posts/{hidden.pk}/source").status_code == 404
        assert client.get(f"/posts/{hidden.pk}/revisions").status_code == 404
        assert SECRET not in client.get(f"/t/{question.pk}/posts?only=2").content.decode()
    assert not search(SECRET, audiences=["public", "members", "staff"]).hits
    assert wrong_counters() == []


def test_the_author_and_moderators_read_a_hidden_post_where_it_stands(
    question, hidden, other_member, moderator, signed_in, stranger
):
    page = lambda client: client.get(f"/t/{question.pk}", follow=True).content.decode()  # noqa: E731
    reza, navid = page(signed_in(other_member)), page(signed_in(moderator))
    assert SECRET in reza and "/me/moderation" in reza and "توهین" in reza
    assert SECRET in navid and f"/review/of/hangout.post/{hidden.pk}" in navid
    assert "own-hidden" not in page(stranger)


def test_unhiding_restores_everything(question, hidden, moderator, stranger):
    actions.unhide_post(hidden, by=moderator)
    assert f"با {SECRET}" in stranger.get(f"/t/{question.pk}", follow=True).content.decode()
    assert search(SECRET, audiences=["public"]).hits and wrong_counters() == []


def test_hiding_an_opening_post_hides_its_topic(question, member, moderator, stranger, signed_in):
    post = Post.objects.get(topic=question, number=1)
    actions.hide_post(post, by=None, why="flags")
    answer = stranger.get(f"/t/{question.pk}", follow=True)
    assert question.title not in answer.content.decode() and "noindex" in answer.content.decode()
    assert "/t/" not in stranger.get("/talk").content.decode()
    own = signed_in(member).get(f"/t/{question.pk}", follow=True).content.decode()
    assert "در سرازیری" in own and "/me/moderation" in own
    assert question.title in signed_in(moderator).get(f"/t/{question.pk}", follow=True).content.decode()
    assert wrong_counters() == []
    actions.unhide_post(Post.objects.get(pk=post.pk), by=moderator)
    assert question.title in stranger.get("/talk").content.decode() and wrong_counters() == []


def test_a_hidden_post_can_go_to_the_trash_and_back(hidden, moderator):
    actions.trash_post(hidden, by=moderator, why="تکرار")
    row = Post.objects.get(pk=hidden.pk)
    assert row.hidden_at is None and row.trashed_at is not None and wrong_counters() == []
    actions.restore_post(row, by=moderator)
    assert Post.objects.get(pk=hidden.pk).trashed_at is None and wrong_counters() == []


def test_a_silenced_member_reads_why_and_keeps_the_text(question, other_member, signed_in):
    set_standing(other_member.pk, silenced_until=timezone.now() + dt.timedelta(days=1))
    answer = signed_in(other_member).post(f"/t/{question.pk}/posts", {"text": "متن من که می‌ماند"})
    page = answer.content.decode()
    assert answer.status_code == 403 and "متن من که می‌ماند" in page
    assert Post.objects.filter(topic=question).count() == 1


def test_a_newcomer_has_a_limit_of_links(question, newcomer, signed_in):
    text = "ببینید http://a.example http://b.example http://c.example"
    answer = signed_in(newcomer).post(f"/t/{question.pk}/posts", {"text": text})
    assert answer.status_code == 422 and "http://c.example" in answer.content.decode()


def test_posts_of_whom_one_blocked_are_folded_by_the_readers_own_style(
    question, answer, member, other_member, signed_in, stranger
):
    trust.block_member(other_member, by=member)
    page = signed_in(member).get(f"/t/{question.pk}", follow=True).content.decode()
    assert f'.post[data-by="{other_member.pk}"]:not(:target)' in page
    assert ":not(:target)" not in stranger.get(f"/t/{question.pk}", follow=True).content.decode()


def test_reporting_works_without_scripts_and_once(question, answer, member, signed_in):
    mina = signed_in(member)
    assert mina.get(f"/flag/hangout.post/{answer.pk}").status_code == 200
    part = mina.get(f"/flag/hangout.post/{answer.pk}", headers={"HX-Request": "true"}).content.decode()
    assert "<form" in part and "<html" not in part
    sent = mina.post(f"/flag/hangout.post/{answer.pk}", {"reason": "spam", "words": "تبلیغ"})
    assert sent.status_code == 302 and ReviewItem.objects.get().flags_count == 1
    again = mina.post(f"/flag/hangout.post/{answer.pk}", {"reason": "spam"})
    assert again.status_code == 409


def test_whom_a_reply_answers_is_named_without_scripts(question, answer, member, signed_in):
    page = signed_in(member).get(f"{topic_path(question.pk, question.title)}?to=2").content.decode()
    assert re.search(r'name="parent" value="2"', page) and "رضا نجفی</bdi>" in page
    nothing = signed_in(member).get(f"{topic_path(question.pk, question.title)}?to=99").content.decode()
    assert 'name="parent" value=""' in nothing


def test_the_author_is_offered_to_restore_only_what_they_took_away(
    question, answer, moderator, other_member, signed_in
):
    actions.trash_post(answer, by=moderator)
    page = signed_in(other_member).get(f"/t/{question.pk}", follow=True).content.decode()
    assert "for-author" not in page
    actions.restore_post(Post.objects.get(pk=answer.pk), by=moderator)
    actions.trash_post(Post.objects.get(pk=answer.pk), by=other_member)
    assert "for-author" in signed_in(other_member).get(f"/t/{question.pk}", follow=True).content.decode()


def test_the_subject_of_a_report_is_shown_to_whom_may_see_it(hidden, member, moderator, other_member):
    from patogh.trust.queries import shown

    subject = Subject("hangout.post", str(hidden.pk))
    assert shown(subject, member) is None and shown(subject, None) is None
    assert shown(subject, moderator).is_hidden and shown(subject, other_member).is_hidden


def test_whoever_is_silenced_does_not_vote_either(space, member, other_member):
    poll = NewPoll("کدام؟", ("یک", "دو"))
    topic = actions.open_topic(space, NewTopic("رأی بدهید", "کدام؟", poll=poll), by=member)
    set_standing(other_member.pk, silenced_until=timezone.now() + dt.timedelta(days=1))
    other_member.refresh_from_db()
    with pytest.raises(Silenced):
        actions.vote_in_poll(topic.poll, [topic.poll.options.first().pk], by=other_member)
