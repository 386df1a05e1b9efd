"""Messages of the year: what people wrote over each channel and were answered, and what was said about the brand elsewhere."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any, Final

from patogh.channels.connectors.actions import leaving
from patogh.channels.connectors.actions.keeping import Ready, keep
from patogh.channels.connectors.contract import Arrival, Known
from patogh.channels.models import Message
from patogh.conf.demo.actions.known import KINDS, Steps, World
from patogh.conf.demo.outside import Exchange, Outsider, exchange, outside
from patogh.conf.demo.rhythm import answer_after
from patogh.conf.demo.stories import span
from patogh.people.models import Identity, Member

AGAIN: Final = (1, 1, 1, 1, 1, 1, 1, 2)
MENTIONS: Final = {"mastodon": 9, "bluesky": 5, "feed": 3}
ANSWERED_LATE: Final = dt.timedelta(minutes=20)


def writings(world: World) -> Steps:
    """Return every message, each in its own time."""
    found: Steps = []
    for one in world.outsiders:
        heard: set[str] = set()
        for turn in range(world.rng.choice(AGAIN)):
            at = (
                one.since
                if turn == 0
                else world.rng.choice((one.since, world.now))
                - dt.timedelta(minutes=world.rng.randint(40, 60 * 24 * 40))
            )
            found += _talk(world, one, at, f"{one.number}-{turn}", heard)
    for number, row in enumerate(outside("people")["said"]):
        found += _said(world, row, f"s{number}")
    return found + _mentions(world)


def told(world: World, way: str, key: str, who: Known, said: Exchange) -> Steps:
    """Return the steps of one exchange: what came, the answer that left, and a last word."""
    if said.at < world.opened.get(way, world.now):
        return []
    answered = min(answer_after(world.rng, said.at, -0.6), said.at + dt.timedelta(hours=20))
    found: Steps = [(said.at, partial(_came, world, way, Arrival(
        f"{key}-1", "message", who, said.at, said.ask, said.subject, thread=key
    )))]  # fmt: skip
    if answered < world.now - ANSWERED_LATE:
        found.append((answered, partial(_answer, world, way, who, (key, said))))
        later = answer_after(world.rng, answered, 1.4)
        if said.thanks and later < world.now:
            found.append((later, partial(_came, world, way, Arrival(
                f"{key}-3", "message", who, later, said.thanks, said.subject and f"Re: {said.subject}", thread=key
            ))))  # fmt: skip
    return found


def _since(world: World, way: str) -> dt.datetime:
    """Return some moment since a channel is there."""
    opened = world.opened[way]
    return opened + (world.now - opened) * (0.02 + 0.95 * world.rng.random())


def _talk(world: World, one: Outsider, at: dt.datetime, key: str, heard: set[str]) -> Steps:
    if one.way not in world.opened:
        return []
    at = at if at > world.opened[one.way] else _since(world, one.way)
    said = exchange(world.rng, one.way, min(at, world.now - dt.timedelta(minutes=7)), one.language, one.name)
    if said is None or said.answer in heard:
        return []
    heard.add(said.answer)
    kind = KINDS[one.way]
    traits = {"city": one.city} if one.city and one.way != "chat" else {}
    who = Known(kind, one.value, is_verified=kind != "chat", name=one.name, traits=traits)
    return told(world, one.way, key, who, said)


def _said(world: World, row: dict[str, Any], key: str) -> Steps:
    """Return an exchange that is told by hand."""
    at, who = world.at(row["at"]), Known(row["kind"], row["value"], True)
    said = Exchange(at, row["kind"], "", row["ask"], row["answer"], row["thanks"], "fa")
    found: Steps = [
        (at, partial(_came, world, row["kind"], Arrival(f"{key}-1", "message", who, at, said.ask, thread=key)))
    ]
    answered = at + span(row["after"])
    found.append((answered, partial(_answer, world, row["kind"], who, (key, said), world.by[row["by"]])))
    if said.thanks:
        later = answered + dt.timedelta(minutes=4)
        last = Arrival(f"{key}-3", "message", who, later, said.thanks, thread=key)
        found.append((later, partial(_came, world, row["kind"], last)))
    return found


def _came(world: World, way: str, arrival: Arrival) -> None:
    keep(world.setups[way].pk, [Ready(arrival)])


def _answer(world: World, way: str, who: Known, of: tuple[str, Exchange], by: Member | None = None) -> Message:
    """Let somebody of the team answer."""
    key, said = of
    identity = Identity.objects.get(kind=who.kind, value=who.value)
    draft = leaving.Draft(f"{key}-2", said.answer, "service", said.subject and f"Re: {said.subject}", key, f"{key}-1")
    message = leaving.write_message(world.setups[way], identity, draft, by=by or world.somebody())
    return leaving.note_sent(message, f"{way}-{key}-2")


def _mentions(world: World) -> Steps:
    """Return what was said about the brand elsewhere."""
    found: Steps = []
    for way, count in MENTIONS.items():
        if way not in world.opened:
            continue
        texts = [text for row in outside("talk")["mention"] if way in row["ways"] for text in row["text"]]
        for number, text in enumerate(world.rng.sample(texts, min(count, len(texts)))):
            at = _since(world, way)
            found.append((at, partial(_mentioned, world, way, (number, text), at)))
    return found


def _mentioned(world: World, way: str, what: tuple[int, str], at: dt.datetime) -> None:
    number, text = what
    names = {"mastodon": "zende_rood", "bluesky": "charkh", "feed": "https://blog.example/"}
    value = {
        "mastodon": f"{names['mastodon']}{number}@toot.example", "bluesky": f"{names['bluesky']}{number}.bsky.example",
        "feed": f"{names['feed']}",
    }[way]  # fmt: skip
    url = f"https://{way}.example/{number + 1}"
    keep(
        world.setups[way].pk, [Ready(Arrival(f"{way}-{number}", "mention", Known(way, value, True), at, text, url=url))]
    )
