"""Home, assembled: one body for everybody with the same sight, and a small part that is the member's own."""

import datetime as dt
import time
from collections.abc import Iterator
from functools import partial
from html import escape
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from markupsafe import Markup

from patogh.hangout.queries.stamps import Sight
from patogh.hangout.views.reading_lists import brand_name, sight_of, wait_of
from patogh.hangout.views.reading_words import KIND_WORDS
from patogh.kit import calendar
from patogh.kit.calendar import Viewer
from patogh.kit.calendar_words import YESTERDAY
from patogh.kit.rows import rows
from patogh.looks.assembly import Clock, Part, part, rendered, slot, store
from patogh.looks.pages import icon_address
from patogh.looks.shells import Ask, Page
from patogh.people.models import Member
from patogh.people.queries import brand
from patogh.web.queries import home as reads
from patogh.web.queries.road import Stop, road

PARAMS: frozenset[str] = frozenset()
FRESH_S = 60
HERE_MINUTES, HERE_MANY = 15, 100
# What the member follows, and whether they came lately and have said nothing yet.
_STANDS = """
SELECT COUNT(*), COALESCE(MAX(id), 0),
       EXISTS(SELECT 1 FROM people_member WHERE id = %s AND posts_count = 0 AND joined_at > %s)
FROM hangout_follow WHERE member_id = %s
"""
NEW_DAYS = 7
# The hour at which each greeting begins, in the reader's own zone.
GREETINGS = ((4, "morning"), (11, "noon"), (15, "evening"), (20, "night"))


def home(ask: Ask) -> Page | None:
    """Return today's page, or None before the first run."""
    sight, muted = sight_of(ask)
    if ask.house is None:
        return None
    key = ("home", sight.spaces, ask.member is not None, ask.look, ask.origin)
    stamp = (sight.versions, ask.house)
    body = store.remembered(key, stamp, lambda: _body(ask, sight))
    page = Page(
        body, css="home is-member" if ask.member is not None else "home", address="/", channels=("road:public",)
    )
    if ask.member is None:
        mine = store.remembered(("home-stranger", ask.look), stamp, lambda: _mine(ask, sight, muted))
    else:
        stands = _stands(ask.member.pk)
        own = (*stamp, muted, stands, ask.member.name, ask.member.avatar, ask.member.version)
        make = partial(_mine, ask, sight, muted, is_new=bool(stands[-1]))
        mine = store.remembered(("home-mine", ask.member.pk, ask.look), own, make)
    page.values["opening"] = mine.pieces[0]
    page.values["waiting"] = mine.pieces[-1]
    return page


def _stands(member_id: int) -> tuple[Any, ...]:
    """Return how much a member follows, its newest row, and whether they are new here and silent so far; by whole hours."""
    since = timezone.now().replace(minute=0, second=0, microsecond=0) - dt.timedelta(days=NEW_DAYS)
    when = connection.ops.adapt_datetimefield_value(since)
    return rows(_STANDS, (member_id, when, member_id))[0]


def _body(ask: Ask, sight: Sight) -> Part:
    clock = _clock(ask.viewer)
    stops = road(sight, ask.viewer.language, is_member=ask.member is not None)
    context = {
        **_common(ask, clock), "life": _life(sight, ask.house), "stops": list(_with_miles(stops, ask.viewer)), "here": _here(), "phrase": phrase,
    }  # fmt: skip
    html = rendered("web/home.html", context, ask.viewer)
    return part(html, valid_until_s=clock.until_s, facts=_facts(ask))


def _mine(ask: Ask, sight: Sight, muted: Any, *, is_new: bool = False) -> Part:
    """Return the sentence and the waiting questions of this reader, as two pieces around the slot "gap"."""
    clock = _clock(ask.viewer)
    scope = sight.scope(muted)
    member_id = ask.member_id
    interests = reads.interests_of(member_id) if member_id is not None else None
    local = clock.now.astimezone(ask.viewer.tz)
    context = {
        **_common(ask, clock), "reader": ask.member, "is_new": is_new, "questions": reads.waiting(scope, interests, but_by=member_id),
        "waiting_count": reads.waiting_count(scope), "greeting": _greeting(local, clock), "life": _life(sight, ask.house),
        "many": reads.FIRST_MANY, "today": calendar.day_words(clock.now, ask.viewer, year=True),
    }  # fmt: skip
    return part(rendered("web/_home_mine.html", context, ask.viewer), valid_until_s=clock.until_s)


def _life(sight: Sight, house: int | None) -> reads.Life:
    """Return the shared part of home for a sight; the same until a version in it moves or the minute is over."""
    stamp = (sight.versions, house)
    kept = store.get(("life", sight.spaces), stamp, time.time())
    if kept is None:
        made = reads.life(sight)
        kept = store.put(
            ("life", sight.spaces), stamp, part("", valid_until_s=time.time() + FRESH_S, facts={"life": made})
        )
    found: reads.Life = kept.facts["life"]
    return found


def _clock(viewer: Viewer) -> Clock:
    clock = Clock(viewer)
    clock.right_until(clock.now + dt.timedelta(seconds=FRESH_S))
    return clock


def _common(ask: Ask, clock: Clock) -> dict[str, Any]:
    house = brand()
    return {
        "ago": clock.ago, "wait": wait_of(clock, ask.viewer), "kinds": KIND_WORDS, "slot": slot, "brand": house, "house_name": brand_name(house, ask.viewer),
    }  # fmt: skip


def _greeting(local: dt.datetime, clock: Clock) -> str:
    """Return the time of day as its greeting names it, and tell the clock when another begins."""
    begun = [name for hour, name in GREETINGS if local.hour >= hour]
    following = next((hour for hour, _name in GREETINGS if hour > local.hour), 24 + GREETINGS[0][0])
    clock.right_until(
        (local.replace(hour=0, minute=0, second=0, microsecond=0) + dt.timedelta(hours=following)).astimezone(dt.UTC)
    )
    return begun[-1] if begun else "night"


def _here() -> int:
    """Return how many members were here in the last minutes, looked at no further than HERE_MANY."""
    since = timezone.now() - dt.timedelta(minutes=HERE_MINUTES)
    return len(
        Member.objects.filter(last_seen_at__gte=since)
        .order_by("-last_seen_at")
        .values_list("pk", flat=True)[:HERE_MANY]
    )


def _with_miles(stops: list[Stop], viewer: Viewer) -> Iterator[Stop | str]:
    """Yield the stops with the name of the day wherever another day begins."""
    today = calendar.local_day(timezone.now(), viewer)
    shown = today
    for stop in stops:
        day = calendar.local_day(stop.at, viewer)
        if day != shown:
            shown = day
            yield _mile(day, today, viewer)
        yield stop


def _mile(day: dt.date, today: dt.date, viewer: Viewer) -> str:
    away = (today - day).days
    if away == 1:
        return str(YESTERDAY[viewer.language])
    return calendar.day_name(day, viewer) if away < 7 else calendar.date_words(day, viewer)


def phrase(stop: Stop) -> Markup:
    """Return a stop's phrase with the names in it: the actor heavy, things as links."""
    link = Markup('<a class="link" href="{}"><bdi>{}</bdi></a>')
    names = {name: link.format(thing.url, thing.words) for name, thing in stop.names.items()}
    actor = (
        Markup('<b><a href="{}"><bdi>{}</bdi></a></b>').format(stop.actor.url, stop.actor.name) if stop.actor else ""
    )
    said = stop.phrase if "{actor}" in stop.phrase else f"{{actor}} {stop.phrase}"
    return Markup(escape(said)).format_map(_Names(actor=actor, **names))  # noqa: S704 - escaped, then given safe names


class _Names(dict[str, Any]):
    """The names of a phrase; one that is not known stays out of it."""

    def __missing__(self, key: str) -> str:
        return ""


def _facts(ask: Ask) -> dict[str, bytes]:
    house = brand()
    with override(ask.viewer.language):
        title = _("Today in %(brand)s") % {"brand": brand_name(house, ask.viewer)}
        about = (house.tagline_en if ask.viewer.language == "en" and house.tagline_en else house.tagline) or title
        feed = (_("All conversations"), "/feeds/all.atom")
    context = {"origin": ask.origin, "address": "/", "title": title, "description": about, "feed": feed, "brand": house}
    icon = {"app_icon": lambda size: icon_address(house, size)}
    return {
        "title": escape(title).encode(),
        "meta": rendered("looks/page_meta.html", {**context, **icon}, ask.viewer).encode(),
    }
