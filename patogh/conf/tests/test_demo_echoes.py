"""The large size lets conversations come round again."""

import dataclasses
import datetime as dt

import pytest

from patogh.conf.demo import plan

NOW = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)
LITTLE = dataclasses.replace(plan.SIZES["large"], members=400, topics=1_200, echo_after=2)


@pytest.fixture(scope="module")
def topics():
    made = plan.made(LITTLE, NOW)
    grown = list(made.topics())
    return [
        topic
        for topic in grown
        if topic.title
        not in {one.title for _, one in made.beginnings if hasattr(one, "title") and hasattr(one, "posts")}
    ]


def test_what_was_said_comes_round_in_other_mouths(topics):
    heard: dict[str, set[int]] = {}
    for topic in topics:
        heard.setdefault(topic.posts[0].text, set()).add(topic.posts[0].author)
    assert any(len(authors) > 2 for authors in heard.values())


def test_nothing_is_said_before_its_time(topics):
    for topic in topics:
        times = [post.at for post in topic.posts]
        assert times == sorted(times)
        assert times[-1] <= NOW


def test_whom_a_post_answers_stands_before_it(topics):
    assert all(post.parent is None or post.parent < place for topic in topics for place, post in enumerate(topic.posts))


def test_the_same_year_is_told_each_time():
    one, two = ([topic.title for topic in plan.made(LITTLE, NOW).topics()] for _ in range(2))
    assert one == two
