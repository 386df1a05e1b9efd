"""Forty equal requests at once: one effect, forty equal answers."""

import threading

import pytest
from django.db import connections

from patogh.api.models import KeptAnswer
from patogh.conftest import made_member
from patogh.hangout import actions as talk
from patogh.hangout.actions import NewTopic, SpaceFacts
from patogh.hangout.models import Post
from patogh.hangout.tests.conftest import many_hands  # noqa: F401 - a fixture
from patogh.people.models import Brand

HANDS = 40


@pytest.mark.django_db(transaction=True)
def test_forty_equal_requests_with_one_key_have_one_effect(many_hands, program, settings):
    settings.DEMO = True  # nobody is out of breath: this is about the key
    Brand.objects.get_or_create(id=1, defaults={"name": "رکاب", "name_en": "Rekab"})
    owner, member = made_member("behrouz", "بهروز", "owner"), made_member("mina", "مینا")
    space = talk.open_space(SpaceFacts("repair", "تعمیر"), by=owner)
    topic = talk.open_topic(space, NewTopic("زنجیر", "پاره شد"), by=member)
    mina, answers, start = program(member), [], threading.Barrier(HANDS)

    def send() -> None:
        start.wait(30)
        answers.append(mina.post(f"/topics/{topic.pk}/posts", {"text": "یک بار"}, **{"Idempotency-Key": "k"}))
        connections.close_all()

    hands = [threading.Thread(target=send) for _ in range(HANDS)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join(60)
    assert {answer.status_code for answer in answers} == {201}, answers[0].content.decode()
    assert len({answer.content for answer in answers}) == 1
    assert (Post.objects.filter(text="یک بار").count(), KeptAnswer.objects.count()) == (1, 1)
