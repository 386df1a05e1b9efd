"""The demo's words read like people: no gaps, no template left open, half-spaces in their places."""

import datetime as dt
import random
import re
import tomllib
from collections import Counter

import pytest

from patogh.conf.demo import plan, threads
from patogh.conf.demo.phrases import CONTENT, Filling, as_typed, spoken
from patogh.conf.demo.sketch import TopicSketch
from patogh.kit.persian import ZWNJ

NOW = dt.datetime(2026, 11, 22, 13, 46, tzinfo=dt.UTC)
LETTERS = f"آ-یءٔ{ZWNJ}"


@pytest.fixture(scope="module")
def made() -> plan.Plan:
    """The small plan."""
    return plan.made(plan.SIZES["small"], NOW)


@pytest.fixture(scope="module")
def topics(made: plan.Plan) -> list[TopicSketch]:
    """Its conversations."""
    return list(made.topics())


def all_texts(topics: list[TopicSketch]) -> list[str]:
    return [text for topic in topics for text in (topic.title, *(post.text for post in topic.posts))]


@pytest.mark.parametrize("path", sorted(CONTENT.rglob("*.toml")), ids=lambda path: path.stem)
def test_every_file_of_the_content_can_be_read(path):
    assert tomllib.loads(path.read_text(encoding="utf-8"))


def test_there_are_at_least_160_situations():
    assert len(threads.situations()) >= 160


def test_every_phrase_of_every_situation_fills_in_every_month():
    for row in threads.situations():
        for month in range(1, 13):
            filling = Filling(random.Random(month), month, {"me": "مینا"})
            for phrase in (*row["title"], *row["open"], *row["answers"], *row["report"], *row["tags"]):
                assert not re.search(r"[{}|]", filling.fill(threads.bare(phrase))), phrase


def test_titles_never_repeat(topics):
    assert [title for title, count in Counter(topic.title for topic in topics).items() if count > 1] == []


def test_nobody_repeats_what_was_said_in_the_same_conversation(topics):
    for topic in topics:
        assert len({post.text for post in topic.posts}) == len(topic.posts), topic.title


def test_no_text_has_open_slots_double_spaces_or_loose_ends(topics):
    for text in all_texts(topics):
        assert not re.search(r"\{|\}| ~[~+]|^\(@", text), text
        assert "  " not in text.replace("\n  ", "\n"), text
        assert text == text.strip()


def test_arabic_letters_stay_within_a_few_percent(topics):
    texts = [post.text for topic in topics if topic.language == "fa" for post in topic.posts]
    arabic = sum("ي" in text or "ك" in text for text in texts)
    assert 0.003 * len(texts) < arabic < 0.06 * len(texts)


def test_persian_letters_carry_their_half_spaces():
    lost = re.compile(f"(?<![{LETTERS}])(ن?می) (?=[آ-ی])|(?<=[آ-ی]) (ها|های|هایی|هایم|ترین)(?![{LETTERS}])")
    loose = re.compile(f"{ZWNJ}(?![آ-ی])|(?<![آ-یءٔ]){ZWNJ}")
    for row in threads.situations():
        for phrase in (*row["title"], *row["open"], *row["answers"], *row["report"]):
            plain = re.sub(r"\{[a-z_]+[23]?\}", "ا", phrase)
            assert not lost.search(plain), phrase
            assert not loose.search(plain), phrase
            assert not re.search("[يكۀة]", plain), phrase


def test_the_situations_are_found_about_equally_often(topics):
    spaces = Counter(topic.space for topic in topics)
    assert len(spaces) >= 12
    assert max(spaces.values()) < len(topics) / 3


def test_seasonal_talk_keeps_to_its_months(topics):
    yalda = [topic for topic in topics if "هندوانه" in topic.title]
    assert {(topic.at.month, topic.at.day) >= (11, 20) or topic.at.month == 12 for topic in yalda} == {True}


def test_nothing_lies_after_now_and_answers_follow_what_they_answer(topics):
    for topic in topics:
        moments = [post.at for post in topic.posts]
        assert moments == sorted(moments)
        assert moments[-1] < NOW
        assert all(post.parent is None or 0 < post.parent < index for index, post in enumerate(topic.posts))


def test_the_road_leads_up_to_now(topics):
    newest = sorted((post.at for topic in topics for post in topic.posts), reverse=True)
    assert NOW - newest[0] < dt.timedelta(minutes=30)
    assert NOW - newest[40] < dt.timedelta(hours=24)


def test_nowruz_is_quieter_than_the_weeks_after_it(topics):
    days = Counter(topic.at.date() for topic in topics)
    nowruz = sum(days[dt.date(2026, 3, 21) + dt.timedelta(days=day)] for day in range(13))
    after = sum(days[dt.date(2026, 4, 4) + dt.timedelta(days=day)] for day in range(13))
    assert nowruz < 0.75 * after


def test_seven_of_ten_questions_are_solved_and_few_are_alone(topics):
    questions = [topic for topic in topics if topic.kind == "question"]
    solved = sum(any(post.is_accepted for post in topic.posts) for topic in questions) / len(questions)
    alone = sum(len(topic.posts) == 1 for topic in questions) / len(questions)
    assert 0.6 < solved < 0.8
    assert 0.01 < alone < 0.12


def test_a_few_write_much_and_most_write_little(made, topics):
    posts = Counter(post.author for topic in topics for post in topic.posts)
    top = sum(count for _, count in posts.most_common(len(made.crowd.people) // 10))
    assert 0.25 < top / posts.total() < 0.7


def test_only_women_write_in_the_space_of_women(made, topics):
    people = made.crowd.people
    assert all(
        people[post.author].is_woman
        for topic in topics
        if topic.space == "women"
        for post in topic.posts[1:]
        if not people[post.author].is_cast
    )


def test_people_write_after_they_have_joined(made, topics):
    people = made.crowd.people
    assert all(people[post.author].joined_at <= post.at for topic in topics for post in topic.posts)


def test_what_is_spoken_keeps_its_half_spaces():
    assert spoken("اگر می‌شود را یک‌ساله می‌تراشد و می‌کرد") == "اگه می‌شه رو یک‌ساله می‌تراشه و می‌کرد"


@pytest.mark.parametrize(
    ("habit", "typed"), [("arabic", "مي‌كنيم"), ("joined", "میکنیم"), ("spaced", "می کنیم"), ("", "می‌کنیم")]
)
def test_habits_of_typing(habit, typed):
    assert as_typed("می‌کنیم", habit) == typed
