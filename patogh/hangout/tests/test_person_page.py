"""What the hangout says on the page of a person."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from patogh.activity.models import Activity
from patogh.hangout import actions, person_page
from patogh.hangout.actions import NewReply, NewTopic
from patogh.hangout.models import Post

pytestmark = pytest.mark.django_db


def told(member, viewer):
    rows = list(Activity.objects.filter(identity_id=member.identity_id).order_by("-happened_at", "-pk"))
    said = person_page.activities_told(activities=rows, viewer=viewer)
    return [said[one.pk] for one in rows if one.pk in said]


def card(member, viewer):
    return person_page.person_cards(person=member.identity.person, identities=[member.identity], viewer=viewer)


def test_a_question_is_told_with_its_words_and_whether_it_is_solved(question, answer, member, agent):
    assert [(one.title, one.tag) for one in told(member, agent)] == [("توپی عقب تق‌تق می‌کند", "هنوز باز")]
    actions.accept_answer(answer, by=member)
    assert told(member, agent)[0].tag == "حل‌شده"


def test_an_accepted_reply_wears_the_pin_of_the_open_book_once_it_stands_there(
    question, answer, member, other_member, agent, monkeypatch
):
    actions.accept_answer(answer, by=member)
    assert told(other_member, agent)[0].tag == "گره را باز کرد"
    monkeypatch.setattr(person_page, "_lines", lambda posts: {posts[0]: 217_912})
    reply = told(other_member, agent)[0]
    assert (reply.pin, reply.note) == ("laj", "سطر ۲۱۷٬۹۱۲") and "خار" in reply.words


def test_what_was_written_behind_a_door_is_told_without_its_words(hidden_space, owner, agent):
    topic = actions.open_topic(hidden_space, NewTopic("رازِ کارگاه", "قطعهٔ تازه", "discussion", ()), by=owner)
    actions.reply(topic, NewReply("رازِ دوم"), by=owner)
    said = told(owner, agent)
    assert [(one.title, one.words) for one in said] == [("", "جایی که شما راه ندارید")] * 2
    assert "راز" in told(owner, owner)[0].title


def test_a_hidden_post_is_read_by_moderators_only(answer, other_member, agent, moderator):
    from django.utils import timezone

    Post.objects.filter(pk=answer.pk).update(hidden_at=timezone.now())
    assert "خار" not in told(other_member, agent)[0].words
    assert "خار" in told(other_member, moderator)[0].words


def test_the_card_says_where_and_about_what_they_write_and_from_how_much(question, answer, member, other_member, agent):
    found = card(other_member, agent)[0]
    assert [(fact.label, fact.words) for fact in found.facts] == [
        ("تعمیر و نگهداری", "۱ نوشته"), ("#توپی", "۱ نوشته"), ("#صدا", "۱ نوشته"),
    ]  # fmt: skip
    assert "۱ نوشتهٔ تازه‌ترش" in found.html


def test_somebody_who_wrote_nothing_has_no_card(agent, owner, space):
    assert card(owner, agent) == []


def test_the_circle_knows_whom_they_answer_and_who_answers_them(question, answer, member, other_member):
    assert person_page.person_circle(identities=[other_member.identity_id], limit=8) == [
        (member.identity_id, 1, "او پاسخ می‌دهد")
    ]
    assert person_page.person_circle(identities=[member.identity_id], limit=8)[-1:] == []
    actions.reply(question, NewReply("چرب کردم", parent=answer.number), by=member)
    assert (member.identity_id, 1, "به او پاسخ می‌دهد") in person_page.person_circle(
        identities=[other_member.identity_id], limit=8
    )


def test_thirty_replies_cost_as_many_statements_as_one(question, answer, member, other_member, agent):
    def count():
        with CaptureQueriesContext(connection) as asked:
            told(other_member, agent), card(other_member, agent)
            person_page.person_circle(identities=[other_member.identity_id], limit=8)
        return len(asked)

    one = count()
    for number in range(29):
        post = Post.objects.get(pk=answer.pk)
        post.pk, post.number = None, 10 + number
        post.save(force_insert=True)
    assert count() == one
