"""The list of ideas, assembled: the sentence, the road of all ideas, six tabs; kept for some seconds, since every support moves it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import override

from patogh.ideas import roads
from patogh.ideas.models import Category, Programme
from patogh.ideas.queries import lists, stamps
from patogh.ideas.queries.lists import Row, Scope
from patogh.ideas.terms import terms_of
from patogh.ideas.views.reading_idea import common
from patogh.ideas.views.reading_words import TAB_WORDS
from patogh.looks.assembly import Clock, Part, part, rendered, store
from patogh.looks.pages import icon_address
from patogh.looks.shells import Ask, Page
from patogh.people.queries import brand

PARAMS = frozenset({"tab", "programme", "category", "after", "before"})
FRESH_S = 15
LEDE_REVIEWED = 1
NEAR_SHARE = 0.9


@dataclass(frozen=True, slots=True)
class Wish:
    """Which list is asked for."""

    tab: str
    programme: Programme | None
    category: Category | None
    after: str | None
    before: str | None

    @property
    def scope(self) -> Scope:
        """The ideas that it is about."""
        return Scope(self.programme.pk if self.programme else None, self.category.pk if self.category else None)

    def address(self, **changed: str | None) -> str:
        """Return the address of a neighbouring list."""
        given = {
            "tab": self.tab if self.tab != "near" or self.programme else "", "programme": self.programme.slug if self.programme else "",
            "category": self.category.slug if self.category else "",
        } | changed  # fmt: skip
        chosen = {name: value for name, value in given.items() if value}
        return f"/ideas?{urlencode(chosen)}" if chosen else "/ideas"


def ideas(ask: Ask) -> Page | None:
    """Return the list of ideas; None for a tab, programme or category that there is not."""
    if ask.house is None:
        return None
    stamp = stamps.house_stamp()
    key = ("ideas", *(ask.params.get(name) for name in sorted(PARAMS)), ask.look, ask.origin)
    found = store.get(key, stamp, dt.datetime.now(dt.UTC).timestamp())
    body = found or _body(ask)
    if body is None:
        return None
    if found is None:
        store.put(key, stamp, body)
    css = "ideas-page is-member" if ask.member is not None else "ideas-page"
    return Page(body, css=css, address=body.facts["address"])


def wish_of(ask: Ask, programmes: list[Programme]) -> Wish | None:
    """Return what is asked for, or None where there is no such thing."""
    tab, slug, shelf = (ask.params.get(name, "") for name in ("tab", "programme", "category"))
    programme = next((one for one in programmes if one.slug == slug), None)
    if (tab or "near") not in lists.TABS or (slug and programme is None) or (shelf and programme is None):
        return None
    category = None
    if shelf and programme is not None:
        category = next((one for one in lists.categories(programme.pk) if one.slug == shelf), None)
        if category is None:
            return None
    if not tab and programme is not None and programme.rules is not None and terms_of(programme.rules).hides_counts:
        tab = "new"  # an order by counts would tell what the rules hide
    return Wish(tab or "near", programme, category, ask.params.get("after"), ask.params.get("before"))


def _body(ask: Ask) -> Part | None:
    programmes = lists.programmes()
    wish = wish_of(ask, programmes)
    if wish is None:
        return None
    clock = Clock(ask.viewer)
    clock.right_until(clock.now + dt.timedelta(seconds=FRESH_S))
    found = lists.ideas_in(wish.scope, wish.tab, after=wish.after, before=wish.before)
    first = not (wish.after or wish.before)
    with override(ask.viewer.language):
        context = {
            **common(ask, clock), "wish": wish, "rows": found, "programmes": programmes, "tabs": _tabs(ask, wish, programmes),
            "next": wish.address(after=found.next) if found.next else "", "is_first": first, "roads": roads,
            "previous": wish.address(before=found.previous) if found.previous else "", "shelves": lists.categories(wish.programme.pk) if wish.programme else [],
            **(_opening(wish, programmes, list(found) if wish.tab == "near" else []) if first else {}),
        }  # fmt: skip
        html = rendered("ideas/list.html", context, ask.viewer)
        facts = _facts(ask, wish, first=first)
    return part(html, valid_until_s=clock.until_s, facts=facts)


def _tabs(ask: Ask, wish: Wish, programmes: list[Programme]) -> list[tuple[str, str, str, int]]:
    counted = lists.counts([wish.programme] if wish.programme else programmes, wish.scope)
    shown = {"review": counted.in_review, "made": counted.made, "ended": counted.ended} if wish.category is None else {}
    del ask
    return [
        (str(words), wish.address(tab="" if key == "near" and not wish.programme else key), key, shown.get(key, 0))
        for key, words in TAB_WORDS.items()
    ]


def _opening(wish: Wish, programmes: list[Programme], near: list[Row]) -> dict[str, Any]:
    """Return what the first page opens with: what nears a station, what is in review, and the road of all ideas."""
    scope = wish.scope
    near = near or list(lists.ideas_in(scope, "near", size=8))
    close = [row for row in near if not row.hides_count and row.next_threshold and row.missing is not None]
    nearest = next((row for row in close if row.supporters_count >= NEAR_SHARE * (row.next_threshold or 1)), None)
    reviewed = list(lists.ideas_in(scope, "review", size=LEDE_REVIEWED))
    leading = wish.programme or next((one for one in programmes if one.rules is not None), None)
    terms = terms_of(leading.rules) if leading is not None and leading.rules is not None else None
    return {
        "nearest": nearest, "reviewed": reviewed[0] if reviewed else None, "terms": terms, "leading": leading,
        "everybody": lists.everybody_on_the_road(near[:3], scope, terms),
        "counted": lists.counts([wish.programme] if wish.programme else programmes, scope),
    }  # fmt: skip


def _facts(ask: Ask, wish: Wish, *, first: bool) -> dict[str, Any]:
    house = brand()
    name = house.name_en if ask.viewer.language == "en" and house.name_en else house.name
    title = _("Ideas")
    about = _(
        "What people here want made, who stands behind it, and what became of it: every decision with its reason."
    )
    address = wish.address()
    context = {
        "origin": ask.origin, "address": address, "title": f"{title} · {name}", "description": about, "brand": house,
        "feed": (title, "/ideas/feed.atom"), "noindex": not first, "app_icon": lambda size: icon_address(house, size),
    }  # fmt: skip
    meta = rendered("looks/page_meta.html", context, ask.viewer).encode()
    return {"address": address, "title": escape(f"{title} · {name}").encode(), "meta": meta}
