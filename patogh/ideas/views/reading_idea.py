"""The page of an idea, assembled: one body for everybody who may see it, one query for what is the reader's own."""

from __future__ import annotations

import time
from html import escape
from typing import Any

from django.utils.translation import override

from patogh.ideas import machine
from patogh.ideas.queries import stamps
from patogh.ideas.queries.idea import Shown, linked_name, shown
from patogh.ideas.queries.stamps import IdeaStamp, makings
from patogh.ideas.views import page_parts
from patogh.ideas.views import reading_words as words
from patogh.looks.assembly import Clock, Part, part, rendered, slot, store
from patogh.looks.pages import icon_address
from patogh.looks.shells import Ask, Page
from patogh.people.queries import brand
from patogh.people.queries.rights import RIGHTS

PARAMS: frozenset[str] = frozenset()
TEAM_RIGHTS = ("ideas.triage", "ideas.review", "ideas.decide")


def idea(ask: Ask, idea_id: int, slug: str) -> Page | str | None:
    """Return an idea's page, an address to go to instead, or None where this reader has nothing to see."""
    stamp = stamps.idea_stamp(idea_id, ask.member_id)
    if stamp is None or not stamp.is_open_to(ask.member_id, is_team=is_team(ask)):
        return None
    if stamp.state == machine.MERGED and stamp.merged_into is not None:
        return f"/ideas/{stamp.merged_into}"
    body = body_of(ask, idea_id, stamp)
    if body is None:
        return None
    if slug != body.facts["slug"]:
        return str(body.facts["address"])
    page = Page(body, css="idea-page", address=body.facts["address"], channels=(f"idea:{idea_id}",))
    if ask.member is not None:
        page.css = f"idea-page is-member{_marks(ask, idea_id, stamp)}"
    return page


def is_team(ask: Ask) -> bool:
    """Return whether the reader triages, reviews or decides."""
    return ask.member is not None and any(
        not RIGHTS[right].isdisjoint(ask.member.roles.split()) for right in TEAM_RIGHTS
    )


def body_of(ask: Ask, idea_id: int, stamp: IdeaStamp) -> Part | None:
    """Return the shared body of an idea's page, remembered by its version."""
    key, fresh = ("idea", idea_id, ask.look, ask.origin), (stamp.version, stamp.programme_state)
    found = store.older(key)
    if found is not None and found[0][0] == fresh and found[1].valid_until_s > time.time():
        if found[0][1] == stamp.house:
            return store.get(key, found[0], time.time())
        if found[1].facts["makings"] == makings(found[1].facts["people"]):
            return store.put(key, (fresh, stamp.house), found[1])
    made = _body(ask, idea_id)
    return store.put(key, (fresh, stamp.house), made) if made is not None else None


def _body(ask: Ask, idea_id: int) -> Part | None:
    page = shown(idea_id)
    if page is None:
        return None
    clock = Clock(ask.viewer)
    with override(ask.viewer.language):
        context = {**common(ask, clock), **words_of(page, clock), **page_parts.words_of(page, clock)}
    html = rendered("ideas/idea.html", context, ask.viewer)
    people, house = sorted(page.people), brand()
    title = f"{page.idea.title} · {house.name_en if ask.viewer.language == 'en' and house.name_en else house.name}"
    facts = {
        "address": page.url, "slug": page.url.rpartition("/")[2], "people": people, "makings": makings(people),
        "title": escape(title).encode(), "meta": _meta(ask, page),
    }  # fmt: skip
    return part(html, valid_until_s=clock.until_s, facts=facts)


def common(ask: Ask, clock: Clock) -> dict[str, Any]:
    """Return what every page of ideas knows."""
    house, language = brand(), ask.viewer.language
    return {
        "slot": slot, "ago": clock.ago, "language": language, "states": words.STATE_WORDS, "clock": clock,
        "house_name": house.name_en if language == "en" and house.name_en else house.name,
        "left": lambda until: words.left_words(until, clock), "is_soon": lambda until: words.is_soon(until, clock),
        "days_words": lambda days: words.days_words(days, ask.viewer), "bps": lambda bps: words.share_words(bps, ask.viewer),
        "named": lambda thing: linked_name(thing, language),
    }  # fmt: skip


def words_of(page: Shown, clock: Clock) -> dict[str, Any]:
    """Return the words of an idea's own page: its road, its moves with names, whether somebody is missing."""
    viewer = clock.viewer
    moves = [
        (move, *words.move_words(move, viewer), page.person(move.by_id), page.line_of(move)) for move in page.moves
    ]
    rule = {one.key: one.words(viewer.language) for one in page.terms.house_rules}
    return {
        "page": page, "idea": page.idea, "terms": page.terms, "road": words.road_of(page, clock), "moves": moves, "rule_words": rule,
        "state": words.STATE_WORDS[page.idea.state], "pictures": [m for m in page.materials if m.kind != "model"],
        "models": [m for m in page.materials if m.kind == "model"],
    }  # fmt: skip


def _marks(ask: Ask, idea_id: int, stamp: IdeaStamp) -> str:
    """Return the classes that say what is the reader's own: one query."""
    mine = stamps.mine_on(idea_id, ask.member.pk)
    is_maker = mine.creator_state == "agreed" or stamp.author_id == ask.member.pk
    given = {
        "has-support": mine.support_id is not None, "has-follow": mine.follows, "has-answered": mine.answered,
        "has-feedback": mine.gave_feedback, "is-maker": is_maker, "is-author": stamp.author_id == ask.member.pk,
        "is-invited": mine.creator_state == "invited", "is-team": is_team(ask), "is-staff": ask.member.moderates,
    }  # fmt: skip
    return "".join(f" {name}" for name, holds in given.items() if holds)


def _meta(ask: Ask, page: Shown) -> bytes:
    """Return what the page says about itself to machines."""
    one, house = page.idea, brand()
    is_public = one.is_in_sight
    context = {
        "origin": ask.origin, "address": page.url, "title": one.title, "description": one.lead or one.title, "og_type": "article",
        "picture": f"/ideas/{one.pk}/card.png?v={one.version}" if is_public else "", "brand": house, "noindex": not is_public,
        "linked_data": _linked_data(ask, page) if is_public else None, "app_icon": lambda size: icon_address(house, size),
    }  # fmt: skip
    return rendered("looks/page_meta.html", context, ask.viewer).encode()


def _linked_data(ask: Ask, page: Shown) -> dict[str, Any]:
    """Return schema.org's words for an idea: a CreativeWork with its makers, and its supports where the rules show them."""
    one = page.idea
    said: dict[str, Any] = {
        "@context": "https://schema.org", "@type": "CreativeWork", "name": one.title, "abstract": one.lead, "url": f"{ask.origin}{page.url}",
        "inLanguage": one.language, "author": [{"@type": "Person", "name": who.name, "url": f"{ask.origin}{who.url}"} for who in page.makers],
        "image": f"{ask.origin}/ideas/{one.pk}/card.png",
    }  # fmt: skip
    if one.published_at is not None:
        said["datePublished"] = one.published_at.isoformat(timespec="seconds")
    if not page.hides_count:
        said["interactionStatistic"] = {
            "@type": "InteractionCounter", "interactionType": "https://schema.org/EndorseAction",
            "userInteractionCount": one.supporters_count,
        }  # fmt: skip
    return said
