"""Conversations that grow from situations: who answers whom, who disagrees, who comes back to say that it worked."""

from __future__ import annotations

import datetime as dt
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from patogh.conf.demo.crowd import Crowd
from patogh.conf.demo.phrases import CONTENT, Filling, as_typed, bank, voiced
from patogh.conf.demo.rhythm import TEHRAN, Year, answer_after
from patogh.conf.demo.sketch import Decided, PostSketch, PromiseSketch, TopicSketch
from patogh.kit.calendar import jalali

TEAM: Final = ("hamid", "somayeh", "kaveh")
TEAM_SPACES: Final = frozenset({"workshop", "warranty"})
CRAFT_SPACES: Final = frozenset({"repair", "buying", "gear"})
PLACE_SPACES: Final = frozenset({"city", "rides", "touring", "warranty", "workshop"})
ADVICE_SPACES: Final = CRAFT_SPACES | {"city", "touring", "kids"}
LONG_POSTS_MAX: Final = 130
_BY: Final = re.compile(r"^\((?:@([a-z|]+)|([fm]))\) ")
_SENTENCE: Final = re.compile(r"^.{25,110}?[.!؟?](?= |$)")
_REACTIONS: Final = {
    "question": ("same", "welcome", "thanks"),
    "discussion": ("bravo", "laughed", "thanks"),
    "show": ("bravo", "thanks", "laughed"),
    "notice": ("thanks", "useful", "bravo"),
}
_SIZES: Final = ((0, 6), (1, 8), (2, 10), (3, 12), (5, 22), (7, 18), (9, 13), (12, 8), (16, 3))


@cache
def situations() -> list[dict[str, Any]]:
    """Return every situation, in the order of their files."""
    names = sorted(path.stem for path in (CONTENT / "situations").glob("*.toml"))
    return [row for name in names for row in bank(f"situations/{name}")["situation"]]


@dataclass(slots=True)
class Thread:
    """One conversation while it grows."""

    row: dict[str, Any]
    rng: random.Random
    crowd: Crowd
    now: dt.datetime
    filling: Filling
    posts: list[PostSketch] = field(default_factory=list)
    said: set[str] = field(default_factory=set)

    @property
    def language(self) -> str:
        """The language that it is held in."""
        return str(self.row.get("lang", "fa"))

    @property
    def clock(self) -> dt.datetime:
        """When the last post was written."""
        return self.posts[-1].at

    def say(self, author: int, at: dt.datetime, phrase: str, parent: int | None = None) -> bool:
        """Add a post unless it would lie in the future or repeat what was said; returns whether it was added."""
        text = self.filling.fill(phrase)
        if at >= self.now or text in self.said:
            return False
        self.said.add(text)
        person = self.crowd.people[author]
        if self.language == "fa":
            is_plain = author == self.posts[0].author or self.row["space"] not in ADVICE_SPACES or text.startswith(">")
            text = voiced(text, person.voice, self.rng, is_plain=is_plain)
            text = as_typed(text, person.habit)
        self.posts.append(PostSketch(author, at, text, parent))
        return True

    def somebody(self, at: dt.datetime, *, but: int | None = None, lane: str = "") -> int:
        """Return a fitting author, somebody other than `but` if possible."""
        lane = lane or ("women" if self.row["space"] == "women" else self.language)
        found = self.crowd.author(self.rng, at, lane)
        for _ in range(4):
            if found != but:
                break
            found = self.crowd.author(self.rng, at, lane)
        return found

    def author_of(self, phrase: str, at: dt.datetime, *, team: bool = False) -> tuple[int, str]:
        """Return who says a phrase, and the phrase without the mark that says so: "(@hamid) …", "(f) …"."""
        asker = self.posts[0].author
        mark = _BY.match(phrase)
        if mark and mark.group(1):
            return self.crowd.by_handle[self.rng.choice(mark.group(1).split("|"))], phrase[mark.end() :]
        if mark:
            return self.somebody(at, but=asker, lane="women" if mark.group(2) == "f" else "men"), phrase[mark.end() :]
        if team:
            return self.crowd.by_handle[self.rng.choice(TEAM)], phrase
        return self.somebody(at, but=asker), phrase

    def bank(self, move: str) -> str:
        """Return a phrase that fits any thread."""
        return str(self.rng.choice(bank("voices")["moves"][f"{move}_en" if self.language == "en" else move]))


@dataclass(frozen=True, slots=True)
class Turn:
    """A situation whose turn it is, for the n-th time: titles and openings take turns too."""

    row: dict[str, Any]
    turn: int

    def title(self) -> str:
        """Return the title of this turn."""
        titles: list[str] = self.row["title"]
        return titles[self.turn % len(titles)]

    def opening(self) -> str:
        """Return the opening text of this turn."""
        openings: list[str] = self.row["open"]
        return openings[(self.turn + self.turn // len(self.row["title"])) % len(openings)]


@dataclass(slots=True)
class Heading:
    """What is settled before a conversation grows: who asks, the title, and the words that the title chose."""

    turn: Turn
    at: dt.datetime
    asker: int
    filling: Filling
    title: str


def entitled(turn: Turn, at: dt.datetime, rng: random.Random, crowd: Crowd, *, qualified: bool = False) -> Heading:
    """Return how a conversation would begin; `qualified` puts a model or a town behind the title."""
    row = turn.row
    lane = "women" if row["space"] == "women" else row.get("lang", "fa")
    asker = crowd.by_handle[rng.choice(row["by"])] if "by" in row else crowd.author(rng, at, f"new {lane}")
    filling = Filling(rng, jalali(at.astimezone(TEHRAN).date())[1], {"me": crowd.people[asker].name.split()[0]})
    title = filling.fill(turn.title())
    if qualified and "lang" not in row:
        title = f"{title} ({filling.fill(_qualifier(row))})"
    return Heading(turn, at, asker, filling, title)


def _hush(age: dt.timedelta) -> dt.timedelta:
    """Return how long before now a grown conversation falls silent: the written ones have the last hour to themselves."""
    return dt.timedelta(0) if age < dt.timedelta(hours=8) else dt.timedelta(minutes=75)


def _qualifier(row: dict[str, Any]) -> str:
    """Return what tells a title from an earlier one: the bicycle, the town, the month or the part."""
    if row.get("long"):
        return "بخش {nth}"
    if row["space"] in CRAFT_SPACES:
        return "{model}"
    return "{town}" if row["space"] in PLACE_SPACES else "{month}"


def grow(heading: Heading, rng: random.Random, crowd: Crowd, year: Year) -> TopicSketch:
    """Return the conversation under a heading."""
    row, asker = heading.turn.row, heading.asker
    thread = Thread(row, rng, crowd, year.now - _hush(year.now - heading.at), heading.filling)
    heading.filling.rng = rng
    _open(thread, asker, heading.at, heading.turn.opening())
    size = 0 if row.get("long") else _size(rng, row)
    if row.get("long"):
        _go_on(thread, min(int(18 * rng.paretovariate(1.1)), LONG_POSTS_MAX))
    if size:
        _answer(thread, size)
        _report(thread, asker)
        _talk_on(thread, size - (len(thread.posts) - 1))
    topic = TopicSketch(
        space=row["space"],
        kind=row["kind"],
        title=heading.title,
        tags=list(dict.fromkeys(map(thread.filling.fill, row["tags"]))),
        posts=thread.posts,
        language=thread.language,
        picture=rng.choice(row.get("art", ("",))),
    )
    _accept(topic, rng)
    _react(topic, rng)
    _decide(topic, rng, crowd, year.now)
    return topic


def _size(rng: random.Random, row: dict[str, Any]) -> int:
    """Return how many replies there should be: few have none, some have many."""
    sizes, weights = zip(*_SIZES, strict=True)
    size: int = rng.choices(sizes, weights)[0]
    size = rng.randint(size, size + 2) if size else 0
    return max(size, 3) if row["kind"] == "notice" or row["space"] == "warranty" else size


def _open(thread: Thread, asker: int, at: dt.datetime, phrase: str) -> None:
    """Write the opening post."""
    text = thread.filling.fill(phrase)
    greetings = bank("voices")["greetings_en" if thread.language == "en" else "greetings"]
    if not text.startswith(("سلام", "قرار", "Hello")) and "by" not in thread.row and thread.rng.random() < 0.42:
        text = f"{thread.rng.choice(greetings)} {text}"
    thread.said.add(text)
    person = thread.crowd.people[asker]
    thread.posts.append(PostSketch(asker, at, as_typed(text, person.habit) if thread.language == "fa" else text))


def _answer(thread: Thread, size: int) -> None:
    """Let answers come, the better ones sooner, some of them answered in turn."""
    answers = list(enumerate(thread.row["answers"]))
    kept = sorted(answers, key=lambda pair: pair[0] * 0.35 + thread.rng.random() * 2.2)
    is_team_space = thread.row["space"] in TEAM_SPACES
    if thread.row["space"] == "warranty":
        kept.sort(key=lambda pair: pair[0] != 0)
    for index, answer in kept:
        if len(thread.posts) > size:
            return
        first, *more = re.split(r" (~[~+]) ", answer)
        at = answer_after(thread.rng, thread.clock, min(len(thread.posts) * 0.2, 2.0))
        author, phrase = thread.author_of(first, at, team=index == 0 and thread.row["space"] == "warranty")
        if not thread.say(author, at, _with_quote(thread, phrase)):
            continue
        _answers_to(thread, list(zip(more[::2], more[1::2], strict=True)), is_team_space)


def _answers_to(thread: Thread, more: list[tuple[str, str]], is_team_space: bool) -> None:
    """Write what is said under an answer: by the asker (~+) or by somebody else (~~)."""
    parent = len(thread.posts) - 1
    for sign, phrase in more:
        at = answer_after(thread.rng, thread.clock, 0.3)
        if sign == "~+":
            gender = _BY.match(phrase)
            if gender and gender.group(2) == ("m" if thread.crowd.people[thread.posts[0].author].is_woman else "f"):
                return
            thread.say(thread.posts[0].author, at, _BY.sub("", phrase), parent)
        else:
            author, bare = thread.author_of(phrase, at, team=is_team_space)
            thread.say(author, at, bare, parent)


def _with_quote(thread: Thread, phrase: str) -> str:
    """Now and then quote the question, or name its author."""
    if len(thread.posts) > 1 and thread.rng.random() < 0.05:
        quoted = _SENTENCE.match(thread.posts[0].text)
        return f"> {quoted.group(0)}\n\n{phrase}" if quoted else phrase
    if thread.rng.random() < 0.05:
        return f"@{thread.crowd.people[thread.posts[0].author].handle} {phrase}"
    return phrase


def _go_on(thread: Thread, count: int) -> None:
    """Let everybody say a line, in other words each time, over the weeks."""
    for _ in range(count):
        thread.filling.words = {}
        first, *more = re.split(r" (~[~+]) ", thread.rng.choice(thread.row["answers"]))
        at = answer_after(thread.rng, thread.clock, thread.rng.choice((0.6, 1.6, 2.6, 3.2)))
        if thread.say(thread.somebody(at, but=thread.posts[-1].author), at, first) and thread.rng.random() < 0.5:
            _answers_to(thread, list(zip(more[::2], more[1::2], strict=True)), is_team_space=False)


def _report(thread: Thread, asker: int) -> None:
    """Let the asker thank, and come back days later to tell how it went."""
    if len(thread.posts) < 3:
        return
    if thread.row["kind"] == "question" and thread.rng.random() < 0.3:
        thread.say(asker, answer_after(thread.rng, thread.clock, 0.2), thread.bank("thanks"))
    if thread.row["report"] and thread.rng.random() < 0.72:
        at = answer_after(thread.rng, thread.clock, 2.2) + dt.timedelta(hours=thread.rng.uniform(2, 60))
        thread.say(asker, at, thread.rng.choice(thread.row["report"]))


def _talk_on(thread: Thread, left: int) -> None:
    """Fill long threads: agreement, the same trouble, a quiet objection, somebody who finds it months later."""
    is_craft = thread.row["kind"] == "question" and thread.row["space"] in CRAFT_SPACES
    moves, weights = (("agree", "same", "disagree", "later"), (44, 20, 18, 18)) if is_craft else (("warm",), (1,))
    for _ in range(min(left, 4 if is_craft else 1)):
        move = thread.rng.choices(moves, weights)[0]
        slow = 4.2 if move == "later" else 1.4
        at = answer_after(thread.rng, thread.clock, slow)
        author = thread.somebody(at, but=thread.posts[-1].author)
        thread.filling.words = {
            key: word for key, word in thread.filling.words.items() if key not in {"months", "n", "model2", "street2"}
        }
        if move == "disagree":
            _object(thread, author, at)
        else:
            thread.say(author, at, thread.bank(move))


def _object(thread: Thread, author: int, at: dt.datetime) -> None:
    """Quote a sentence of somebody and disagree, politely."""
    index = thread.rng.randrange(len(thread.posts))
    quoted = _SENTENCE.match(thread.posts[index].text)
    if index == 0 or quoted is None or thread.posts[index].author == author or quoted.group(0)[0] in ">@":
        return
    parent = index if thread.posts[index].parent is None else thread.posts[index].parent
    thread.say(author, at, f"> {quoted.group(0)}\n\n{thread.filling.fill(thread.bank('disagree'))}", parent)


def _accept(topic: TopicSketch, rng: random.Random) -> None:
    """Mark the answer that solved seven of ten questions: the first good one by somebody else."""
    if topic.kind != "question" or len(topic.posts) < 2 or rng.random() > 0.74:
        return
    asker = topic.posts[0].author
    found = [post for post in topic.posts[1:4] if post.parent is None and post.author != asker and len(post.text) > 60]
    if found:
        found[0].is_accepted = True


def _react(topic: TopicSketch, rng: random.Random) -> None:
    """Give reactions: more to what is good, early and funny."""
    warmth = rng.lognormvariate(-0.3, 0.8)
    for index, post in enumerate(topic.posts):
        quality = 2.2 if post.is_accepted else 1.6 if index == 0 else 1.0 / (1 + 0.12 * index)
        count = min(int(rng.expovariate(1 / (1.15 * warmth * quality))), 26)
        kinds = _REACTIONS[topic.kind] if index == 0 else _kinds_of(topic, post)
        for _ in range(count):
            kind = rng.choices(kinds, (5, 3, 1))[0]
            post.reactions[kind] = post.reactions.get(kind, 0) + 1
    hours = sum(len(post.text) for post in topic.posts) / 40
    topic.views = int(
        rng.lognormvariate(3.1, 0.7)
        + hours
        + 9 * len(topic.posts)
        + 3 * sum(sum(post.reactions.values()) for post in topic.posts)
    )


def _kinds_of(topic: TopicSketch, post: PostSketch) -> tuple[str, str, str]:
    if topic.space == "cafe" or topic.kind == "show":
        return ("laughed", "bravo", "thanks")
    return ("worked", "thanks", "useful") if post.is_accepted else ("useful", "thanks", "laughed")


def _decide(topic: TopicSketch, rng: random.Random, crowd: Crowd, now: dt.datetime) -> None:
    """Close a few old threads, move a few that stood in the wrong place, and settle what notices promised."""
    moderator = crowd.by_handle["navid"]
    last = topic.posts[-1].at
    age = now - last
    if topic.kind == "notice" and age > dt.timedelta(days=20):
        due = (topic.at + dt.timedelta(days=rng.randint(8, 16))).astimezone(TEHRAN).date()
        kept = dt.datetime.combine(due, dt.time(rng.randint(10, 18), rng.randrange(60)), TEHRAN).astimezone(dt.UTC)
        topic.promise = PromiseSketch(due, "kept", min(kept, now - dt.timedelta(hours=1)))
    elif age > dt.timedelta(days=60) and topic.kind == "question" and rng.random() < 0.02:
        why = (
            "Answered; please open a new topic for a new question."
            if topic.language == "en"
            else "جواب گرفت؛ برای پرسش تازه یک گفت‌وگوی تازه باز کنید."
        )
        topic.closure = Decided(moderator, last + dt.timedelta(days=30), why)
    elif age > dt.timedelta(days=3) and topic.space == "welcome" and rng.random() < 0.06:
        topic.moved = (
            "cafe",
            Decided(moderator, topic.at + dt.timedelta(minutes=rng.randint(20, 600)), "جای بهتری دارد."),
        )


def bare(phrase: str) -> str:
    """Return an answer without the mark of who says it and without what is said under it."""
    return re.split(r" ~[~+] ", _BY.sub("", phrase))[0]


def sparing(topics: Iterator[TopicSketch]) -> Iterator[TopicSketch]:
    """Yield conversations with a quarter of their words of thanks, as the large size has them."""
    for topic in topics:
        for post in topic.posts:
            post.reactions = {kind: (count + 1) // 4 for kind, count in post.reactions.items() if count > 2}
        yield topic
