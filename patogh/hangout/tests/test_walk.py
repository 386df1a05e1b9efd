"""A long seeded walk over every action: whatever is done in whatever order, the counters say what the rows say."""

from __future__ import annotations

import random

import pytest

from patogh.hangout import actions
from patogh.hangout.actions import NewPoll, NewReply, NewTopic, PostEdit, SpaceFacts, TopicEdit
from patogh.hangout.models import Poll, Post, Space, Topic, TopicMerge
from patogh.hangout.models.posts import REACTIONS
from patogh.hangout.tests.truth import wrong_counters
from patogh.kit.errors import NotFound, PatoghError

STEPS = 100


class Walk:
    """Somebody with all rights and some members, doing whatever comes to mind."""

    def __init__(self, seed: int, people: list, moderator) -> None:
        self.dice, self.people, self.moderator = random.Random(seed), people, moderator

    def anyone(self):
        return self.dice.choice(self.people)

    def any_of(self, rows):
        found = list(rows.order_by("pk"))
        if not found:
            raise NotFound
        return self.dice.choice(found)

    def open(self):
        poll = NewPoll("کدام؟", ("یک", "دو", "سه"), self.dice.random() < 0.5) if self.dice.random() < 0.3 else None
        tags = tuple(self.dice.sample(["زین", "ترمز", "سفر"], 2))
        new = NewTopic(
            f"گفت‌وگوی {self.dice.randrange(10**6)}",
            "متن آغاز",
            self.dice.choice(["question", "discussion"]),
            tags,
            poll,
        )
        actions.open_topic(self.any_of(Space.objects), new, by=self.anyone())

    def reply(self):
        topic = self.any_of(Topic.objects)
        actions.reply(topic, NewReply("پاسخی", self.dice.choice([None, 1, 2])), by=self.anyone())

    def word(self):
        post = self.any_of(Post.objects)
        self.dice.choice([actions.react, actions.react, actions.unreact])(
            post, self.dice.choice(REACTIONS[:3]), by=self.anyone()
        )

    def vote(self):
        poll = self.any_of(Poll.objects)
        options = list(poll.options.values_list("pk", flat=True))
        actions.vote_in_poll(poll, self.dice.sample(options, self.dice.randrange(3)), by=self.anyone())

    def accept(self):
        if self.dice.random() < 0.7:
            actions.accept_answer(self.any_of(Post.objects.filter(number__gt=1)), by=self.moderator)
        else:
            actions.withdraw_acceptance(self.any_of(Topic.objects), by=self.moderator)

    def decide(self):
        deeds = [
            actions.pin_topic,
            actions.unpin_topic,
            actions.close_topic,
            actions.reopen_topic,
            actions.trash_topic,
            actions.restore_topic,
        ]
        self.dice.choice([*deeds, actions.restore_topic, actions.reopen_topic])(
            self.any_of(Topic.objects), by=self.moderator
        )

    def move(self):
        actions.move_topic(self.any_of(Topic.objects), self.any_of(Space.objects), by=self.moderator)

    def merge(self):
        if self.dice.random() < 0.5:
            actions.merge_topics(self.any_of(Topic.objects), self.any_of(Topic.objects), by=self.moderator)
        else:
            actions.undo_merge(self.any_of(TopicMerge.objects.filter(lifted_at=None)), by=self.moderator)

    def trash(self):
        self.dice.choice([actions.trash_post, actions.restore_post])(self.any_of(Post.objects), by=self.moderator)

    def edit(self):
        if self.dice.random() < 0.5:
            actions.edit_post(self.any_of(Post.objects), PostEdit(f"متن {self.dice.random()}"), by=self.moderator)
        else:
            edit = TopicEdit(f"نام {self.dice.random()}", tags=tuple(self.dice.sample(["زین", "ترمز", "سفر", "نو"], 2)))
            actions.edit_topic(self.any_of(Topic.objects), edit, by=self.moderator)

    def follow(self):
        thing = self.any_of(self.dice.choice([Topic.objects, Space.objects]))
        self.dice.choice([actions.follow, actions.unfollow])(thing, by=self.anyone())
        actions.follow(thing, by=self.anyone(), level=self.dice.choice(["muted", "following"]))

    def step(self):
        weights = {
            self.open: 3,
            self.reply: 6,
            self.word: 5,
            self.vote: 2,
            self.accept: 3,
            self.decide: 3,
            self.move: 1,
            self.merge: 2,
            self.trash: 3,
            self.edit: 1,
            self.follow: 1,
        }
        deed = self.dice.choices(list(weights), list(weights.values()))[0]
        try:
            deed()
        except PatoghError:
            return f"{deed.__name__} (refused)"
        return deed.__name__


@pytest.mark.parametrize("seed", [1405, 7])
def test_whatever_is_done_the_counters_say_what_the_rows_say(
    seed, space, hidden_space, owner, member, other_member, agent, moderator
):
    actions.open_space(SpaceFacts("rides", "رکاب‌زنی"), by=owner)
    walk, done = Walk(seed, [member, other_member, agent], moderator), []
    walk.open()
    for number in range(STEPS):
        done.append(walk.step())
        if number % 20 == 19 or number == STEPS - 1:
            assert wrong_counters() == [], done[-8:]
