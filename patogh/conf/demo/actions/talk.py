"""Conversations as rows: topics, posts, words, votes, decisions, what search finds, and the road beside them."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from patogh.activity import upkeep
from patogh.activity.registry import known
from patogh.conf.demo.actions.counting import Figures, settle
from patogh.conf.demo.actions.decided import decide
from patogh.conf.demo.actions.found import Shelf, Where
from patogh.conf.demo.actions.rows import Table, stamp, update
from patogh.conf.demo.actions.standing import Deeds, note_replies
from patogh.conf.demo.actions.tables import TABLES
from patogh.conf.demo.sketch import Decided, PostSketch, TopicSketch
from patogh.hangout.models import Space
from patogh.kit import ids, markup, persian
from patogh.kit.markup import Rendered
from patogh.people.models import Member
from patogh.trust.limits import WINDOW_DAYS

Things = tuple[str, int, str, int]  # kind and key of the subject, kind and key of the target
Pictures = dict[str, tuple[str, str, str]]
GOLDEN: Final = 0x9E3779B97F4A7C15


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a post stands, that somebody flagged: keys of post, topic and space, who wrote it, and when."""

    post_id: int
    topic_id: int
    space_id: int
    author: int
    at: dt.datetime


@lru_cache(maxsize=60_000)
def rendered(text: str) -> Rendered:
    """Render a text once, however often it is said."""
    return markup.render(text)


class Talk:
    """Everything that the writing of conversations needs and remembers between batches."""

    def __init__(
        self,
        members: list[Member],
        spaces: dict[str, Space],
        pictures: Pictures,
        now: dt.datetime,
        *,
        is_rich: bool = True,
    ) -> None:
        """`pictures` are (token, alt, English alt) by name; the large size is not `rich`: no follows of all authors."""
        self.members = members
        self.now = now
        self.spaces = spaces
        self.pictures = pictures
        self.is_rich = is_rich
        self.tables = {name: Table(model, *names) for name, (model, names) in TABLES.items()}
        self.shelf = Shelf()
        self.figures = Figures()
        self.deeds = Deeds(now.toordinal() - WINDOW_DAYS)
        self.tag_keys: dict[str, int] = {}
        self.merges: list[tuple[int, str, Decided]] = []
        self.topic_ids: dict[str, int] = {}
        self.cases: dict[str, Standing] = {}
        self.reported: list[Standing] = []
        self.readers = _readers(members, now)

    def flush(self) -> None:
        """Write what waits."""
        for table in self.tables.values():
            table.flush()
        self.shelf.flush()

    def add(self, name: str, *values: Any) -> int:
        """Add one row to a table."""
        return self.tables[name].add(*values)

    def tell(self, verb: str, by: int, at: dt.datetime, things: Things, space: Space, **data: Any) -> None:
        """Put one act on the road."""
        number = self.tables["activity"].count
        moment = stamp(at)
        audience = space.audience if known(f"hangout.{verb}").visible != "staff" else "staff"
        self.add(
            "activity",
            ids.uuid7_at(at, counter=number, noise=number * GOLDEN),
            f"hangout.{verb}",
            self.members[by].identity_id,
            things[0],
            str(things[1]),
            things[2],
            str(things[3]),
            audience,
            "demo",
            moment,
            moment,
            data,
        )


def _readers(members: list[Member], now: dt.datetime) -> list[int]:
    """Return who says words to posts: nobody who came this week, and those of the first days three times."""
    readers = [index for index, member in enumerate(members) if now - member.joined_at > dt.timedelta(days=7)]
    old = [index for index in readers if now - members[index].joined_at > dt.timedelta(days=380)]
    return [*readers, *old, *old]


@upkeep
def write_topics(talk: Talk, topics: Iterable[TopicSketch], *, is_last: bool = False) -> int:
    """Write some conversations and all that hangs on them; returns how many posts. After the last, counters are set."""
    count = 0
    for topic in topics:
        _write_topic(talk, topic)
        count += len(topic.posts)
    talk.flush()
    if is_last:
        settle(talk)
    return count


@upkeep
def write_giant(talk: Talk, topic: TopicSketch, phrases: list[str], posts: int, now: dt.datetime) -> None:
    """Write the replies of the one endless conversation, evenly over the year."""
    where = Where(talk.topic_ids[topic.title], talk.spaces[topic.space], topic.kind)
    rng = random.Random(f"giant:{posts}")  # noqa: S311 - a seeded demo
    step = (now - topic.at - dt.timedelta(hours=1)) / posts
    author = 0
    for number in range(2, posts + 1):
        author = rng.randrange(len(talk.members))
        post = PostSketch(author, topic.at + step * (number - 1), rng.choice(phrases))
        _write_post(talk, where, (number, post, []), [])
        talk.figures.posts[talk.members[author].pk] += 1
        if number % 20_000 == 0:
            talk.flush()
    talk.figures.space_posts[where.space.pk] += posts - 1
    talk.flush()
    last = topic.at + step * (posts - 1)
    update(
        "UPDATE hangout_topic SET last_number = %s, replies_count = %s, score = score + %s, last_poster_id = %s,"
        " active_at = %s WHERE id = %s",
        [(posts, posts - 1, posts - 1, talk.members[author].pk, stamp(last), where.topic_id)],
    )
    settle(talk)


def _write_topic(talk: Talk, topic: TopicSketch) -> None:
    """Write one conversation."""
    space, first = talk.spaces[topic.moved[0] if topic.moved else topic.space], topic.posts[0]
    rng = random.Random(f"words:{topic.title}:{first.at:%j%H%M}")  # noqa: S311 - a seeded demo
    token = _illustrate(talk, topic)
    opening = rendered(first.text)
    reactions = [_reactions(talk, post, rng) for post in topic.posts]
    post_ids = [talk.tables["post"].upcoming + index for index in range(len(topic.posts))]
    solved = next((pk for pk, post in zip(post_ids, topic.posts, strict=True) if post.is_accepted), None)
    shown = [post for post in topic.posts if not post.hidden_at]
    total, replies, author = sum(map(len, reactions)), len(shown) - 1, talk.members[first.author].pk
    head = (space.pk, topic.kind, topic.title, author, opening.excerpt[:300], token, topic.tags, topic.language)
    counts = (len(topic.posts), replies, total, topic.views, _followers(talk, topic), total + replies)
    topic_id = talk.add("topic", *head, *counts, talk.members[shown[-1].author].pk, solved, *_moments(topic, shown[-1]))
    talk.topic_ids[topic.title] = topic_id
    where = Where(topic_id, space, topic.kind)
    for number, (post, given) in enumerate(zip(topic.posts, reactions, strict=True), 1):
        _write_post(talk, where, (number, post, post_ids), given)
    facts = (len(reactions[0]) + 10 * bool(solved), bool(solved))
    talk.shelf.topic(topic_id, topic, (space, author), opening.text, facts=facts)
    things = ("hangout.topic", topic_id, "hangout.space", space.pk)
    talk.tell("topic_opened", first.author, first.at, things, space, kind=topic.kind)
    _tag(talk, topic_id, topic.tags)
    decide(talk, topic, topic_id, (space, post_ids))
    _count(talk, topic, space, topic_id)


def _followers(talk: Talk, topic: TopicSketch) -> int:
    """Return how many follow a new topic: everybody who wrote in it, where that is kept."""
    return len({post.author for post in topic.posts}) if talk.is_rich else 0


def _moments(topic: TopicSketch, last: PostSketch) -> tuple[Any, ...]:
    """Return when a topic was pinned and closed, what it promises, and when it began and was last alive."""
    promised = topic.promise.due_on if topic.promise and topic.promise.outcome == "open" else None
    decided = [stamp(held.at) if held else None for held in (topic.pin, topic.closure)]
    return (*decided, promised, stamp(topic.at), stamp(last.at))


def _illustrate(talk: Talk, topic: TopicSketch) -> str:
    """Put the picture of a story under its opening text; returns the topic's picture."""
    if topic.picture not in talk.pictures:
        return ""
    token, alt, alt_en = talk.pictures[topic.picture]
    described = topic.alt or (alt_en if topic.language == "en" else alt)
    topic.posts[0].text = f"{topic.posts[0].text}\n\n![{described}](/media/{token}.webp)"
    return f"{token}.webp"


def _reactions(talk: Talk, post: PostSketch, rng: random.Random) -> list[tuple[int, str]]:
    """Return who says which word to a post: nobody a word twice, nobody to their own."""
    given: list[tuple[int, str]] = []
    for kind, count in post.reactions.items():
        who = dict.fromkeys(rng.sample(talk.readers, min(2 * count + 1, len(talk.readers) - 1)))
        given += [(index, kind) for index in who if index != post.author][:count]
    return given


def _write_post(
    talk: Talk, where: Where, place: tuple[int, PostSketch, list[int]], given: list[tuple[int, str]]
) -> None:
    """Write one post with its words, its revision and its place on the road."""
    number, post, post_ids = place
    author, made, moment = talk.members[post.author].pk, rendered(post.text), stamp(post.at)
    edited = stamp(post.at + dt.timedelta(minutes=17)) if post.is_edited else None
    parent = post_ids[post.parent] if post.parent else None
    words = dict(Counter(kind for _, kind in given)) if given else {}
    said = (author, parent, post.text, made.html, post.is_followup)
    counts = (words, len(given), int(post.is_edited), len(given))
    hidden = stamp(post.hidden_at) if post.hidden_at else None
    post_id = talk.add("post", where.topic_id, number, *said, *counts, moment, edited, hidden, hidden)
    _note_case(talk, where, post, post_id)
    if post.is_edited:
        talk.add("revision", post_id, 1, post.text.rsplit("\n\n", 1)[0].rsplit(". ", 1)[0] + ".", author, edited)
    things = ("hangout.post", post_id, "hangout.topic", where.topic_id)
    _write_words(talk, (post, author), things, given, where.space)
    if number > 1:
        talk.tell("reply_posted", post.author, post.at, things, where.space, number=number)
    if number > 1 and not post.hidden_at:
        weight = len(given) + 10 * post.is_accepted
        talk.shelf.reply(post_id, where, (number, author, post.at), made.text, weight=weight)


def _note_case(talk: Talk, where: Where, post: PostSketch, post_id: int) -> None:
    """Remember a post that moderators looked at, and every so often one that somebody may have reported in vain."""
    stands = Standing(post_id, where.topic_id, where.space.pk, post.author, post.at)
    if post.hidden_at:
        by = talk.members[post.hidden_by].pk if post.hidden_by is not None else None
        talk.add("hide", post_id, by, "", stamp(post.hidden_at))
    if post.case:
        talk.cases[post.case] = stands
    elif post_id % (20 if talk.now - post.at < dt.timedelta(days=28) else 90) == 0 and where.space.access == "public":
        talk.reported.append(stands)


def _write_words(
    talk: Talk, said: tuple[PostSketch, int], things: Things, given: list[tuple[int, str]], space: Space
) -> None:
    """Write who had which word for a post."""
    post, author = said
    talk.figures.thanks[author] += len(given)
    for place_in_line, (index, kind) in enumerate(given):
        at = _noticed(talk, post.at, place_in_line)
        giver = talk.members[index].pk
        talk.add("reaction", things[1], giver, kind, stamp(at))
        talk.deeds.word(giver, author, at)
        if talk.is_rich:
            talk.tell("reaction_given", index, at, things, space, word=kind)


def _noticed(talk: Talk, at: dt.datetime, place_in_line: int) -> dt.datetime:
    """Return when the n-th reader had a word for a post: later and later, never in the future."""
    return min(at + dt.timedelta(minutes=4 + 9 * place_in_line**1.6), max(at, talk.now))


def _tag(talk: Talk, topic_id: int, names: list[str]) -> None:
    for key, name in {persian.key(name)[:60]: name for name in names}.items():
        if key not in talk.tag_keys:
            talk.tag_keys[key] = talk.add("tag", name, key, 0)
            talk.shelf.tag(talk.tag_keys[key], name, talk.now)
        talk.add("topic_tag", topic_id, talk.tag_keys[key])
        talk.figures.tags[talk.tag_keys[key]] += 1


def _count(talk: Talk, topic: TopicSketch, space: Space, topic_id: int) -> None:
    """Count a conversation for its space, its authors and, of the rich sizes, their follows and markers."""
    shown = [post for post in topic.posts if not post.hidden_at]
    figures, last = talk.figures, shown[-1]
    figures.topics[talk.members[topic.posts[0].author].pk] += 1
    figures.space_topics[space.pk] += 1
    figures.space_posts[space.pk] += len(shown)
    figures.space_active[space.pk] = max(figures.space_active.get(space.pk, last.at), last.at)
    read: dict[int, tuple[int, dt.datetime]] = {}
    for number, post in enumerate(topic.posts, 1):
        author = talk.members[post.author].pk
        figures.posts[author] += not post.hidden_at
        figures.accepted[author] += post.is_accepted
        talk.deeds.came(author, post.at)
        read[author] = (number, post.at)
    note_replies(talk, topic_id, [(talk.members[post.author].pk, post.at) for post in topic.posts[1:]])
    if talk.is_rich:
        for author, (number, at) in read.items():
            talk.add("follow", author, topic_id, stamp(at))
            talk.add("marker", author, topic_id, number, stamp(at))
