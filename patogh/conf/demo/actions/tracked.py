"""What the site and the app told: pages that were read, and carts that some left."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any, Final

from patogh.activity import upkeep
from patogh.api.models import IntakeKey, IntakeSample, IntakeSource, IntakeTally
from patogh.conf.demo.actions.known import Steps, World
from patogh.conf.demo.outside import Outsider
from patogh.people.models import Identity
from patogh.persons.actions.events import EVENT_TRACKED, PAGE_VIEWED, EventFacts, take_events
from patogh.persons.merging import say_together

PAGES: Final = (
    ("/khaju-7", "خواجو ۷"), ("/zayandeh-3", "زاینده ۳"), ("/parts/saddle", "زین سبز کاجی"), ("/parts/pump", "پمپ فلزی"),
    ("/rides", "گردش جمعه"), ("/warranty", "ضمانت"),
)  # fmt: skip
GOODS: Final = (
    ("SADDLE-GREEN", "زین سبز کاجی", 2_950_000),
    ("PUMP-M", "پمپ فلزی", 1_150_000),
    ("LAMP-N", "چراغ شب‌تاب", 2_300_000),
)
VISITORS: Final = 4
MEMBERS: Final = 4


def tracks(world: World) -> Steps:
    """Return the visits of a third of those outside, and of some members over the app."""
    found: Steps = []
    for one in world.outsiders[::VISITORS]:
        found.append((_visit(world, 60), partial(_visits, world, one, world.rng.random())))
    for number, member in enumerate(world.known_members[::MEMBERS]):
        at = _visit(world, 40)
        found.append((at, partial(_app, world, (member.identity, number), at)))
    return found


def _visit(world: World, days: int) -> dt.datetime:
    return world.now - dt.timedelta(minutes=world.rng.randint(20, 60 * 24 * days))


def _visits(world: World, one: Outsider, luck: float) -> None:
    """Write a visit of the site, some with a cart."""
    from django.utils import timezone

    at, source = timezone.now(), world.sources["site"]
    who = (("segment-anonymous", f"rekab:a-{one.number:05}", False),)
    batch = [
        _page(
            source,
            who,
            (f"v{one.number}-{turn}", at - dt.timedelta(minutes=9 - 3 * turn)),
            PAGES[(one.number + turn) % 6],
        )
        for turn in range(3)
    ]
    if luck < 0.6:
        batch.append(_cart(source, who, (f"c{one.number}", at), one.number))
    _take(source, batch)
    if luck < 0.45:
        _same(who[0][:2], one)


def _app(world: World, who: tuple[Identity, int], at: dt.datetime) -> None:
    """Write what a member did in the app, who is signed in there."""
    identity, number = who
    source = world.sources["app"]
    user = (("segment-user", f"rekab:{1000 + number}", True),)
    _take(
        source,
        [_page(source, user, (f"a{number}", at), PAGES[number % 6]), _cart(source, user, (f"ac{number}", at), number)],
    )
    mine = Identity.objects.get(kind="segment-user", value=user[0][1])
    say_together(identity, mine, by=None, why="verified", evidence={"rule": "userId"}, is_proved=True)


def _same(visitor: tuple[str, str], one: Outsider) -> None:
    """Let a visitor be known who wrote to us from the same browser."""
    mine = Identity.objects.filter(kind=visitor[0], value=visitor[1]).first()
    other = Identity.objects.filter(value=one.value).first()
    if mine is not None and other is not None:
        say_together(other, mine, by=None, why="verified", evidence={"rule": "same session"}, is_proved=True)


def _page(source: IntakeSource, who: Any, key: tuple[str, dt.datetime], page: tuple[str, str]) -> EventFacts:
    path, title = page
    said = {
        "name": title,
        "properties": {"path": path, "url": f"https://rekab.example{path}", "title": title},
        "source": source.name,
    }
    return EventFacts(PAGE_VIEWED, who, f"intake:{source.pk}", key[0], key[1], said, channel="intake")


def _cart(source: IntakeSource, who: Any, key: tuple[str, dt.datetime], number: int) -> EventFacts:
    sku, name, price = GOODS[number % len(GOODS)]
    properties = {"sku": sku, "name": name, "price": price, "currency": "IRT", "quantity": 1}
    said = {"event": "Product Added", "properties": properties, "source": source.name}
    return EventFacts(EVENT_TRACKED, who, f"intake:{source.pk}", key[0], key[1], said, channel="intake")


@upkeep
def _take(source: IntakeSource, batch: list[EventFacts]) -> None:
    """Keep events and count them for the source."""
    for outcome, one in zip(take_events(batch), batch, strict=True):
        tally, _ = IntakeTally.objects.get_or_create(source=source, day=one.happened_at.date(), outcome=outcome.code)
        tally.count += 1
        tally.save(update_fields=["count"])
    last = batch[-1]
    IntakeKey.objects.filter(source=source).update(last_used_at=last.happened_at)
    call, name = ("track", str(last.data["event"])) if last.verb == EVENT_TRACKED else ("page", str(last.data["name"]))
    IntakeSample.objects.create(
        source=source, at=last.happened_at, call=call, name=name, message_id=last.key, outcome="accepted",
        shape=", ".join(f"{one}: {type(value).__name__}" for one, value in last.data["properties"].items()),
    )  # fmt: skip
