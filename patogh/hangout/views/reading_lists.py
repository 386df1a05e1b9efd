"""Lists of talk, assembled: everything, a space, a tag, and the spaces themselves."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from html import escape
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from patogh.hangout.queries import lists, stamps
from patogh.hangout.queries.lists import Muted, Row, Scope
from patogh.hangout.queries.stamps import Sight
from patogh.hangout.views.reading_words import KIND_WORDS, waiting
from patogh.kit.calendar import Viewer
from patogh.kit.pages import Page as Rows
from patogh.kit.rows import rows
from patogh.looks.assembly import Clock, Part, part, rendered, slot, store
from patogh.looks.pages import icon_address
from patogh.looks.shells import Ask, Page
from patogh.people.models import Brand
from patogh.people.queries import brand

PARAMS = frozenset({"by", "after", "before"})
WAITING_COUNT_MAX = 100
_READ = "SELECT topic_id, last_number FROM hangout_readmarker WHERE member_id = %s AND topic_id IN ({marks})"


@dataclass(frozen=True, slots=True)
class Listed:
    """What a list page is about, in the words of its template and its frame."""

    key: tuple[Any, ...]
    template: str
    address: str
    scope: Scope
    title: str = ""
    about: str = ""
    feed: str = ""
    facts: tuple[tuple[str, Any], ...] = ()


def talk(ask: Ask) -> Page | None:
    """Return the list of all talk that the reader may see."""
    sight, muted = sight_of(ask)
    with override(ask.viewer.language):
        listed = Listed(
            ("talk",),
            "hangout/talk.html",
            "/talk",
            sight.scope(muted),
            _("Talk"),
            _("What people here ask, show and say."),
            "/feeds/all.atom",
        )
    return _page(ask, sight, listed)


def space(ask: Ask, slug: str) -> Page | None:
    """Return a space's page, or None where the reader may not see it."""
    sight, muted = sight_of(ask)
    if slug not in sight.slugs:
        return None
    space_id = sight.spaces[sight.slugs.index(slug)]
    address = f"/s/{slug}"
    scope = sight.scope(Muted(tags=muted.tags, topics=muted.topics, members=muted.members), space_id=space_id)
    return _page(ask, sight, Listed(("space", space_id), "hangout/space.html", address, scope, feed=f"{address}.atom"))


def tag(ask: Ask, name: str) -> Page | None:
    """Return the page of a tag; None where the reader sees nothing under it."""
    sight, muted = sight_of(ask)
    found = lists.tag_called(name)
    if found is None:
        return None
    scope = sight.scope(Muted(spaces=muted.spaces, topics=muted.topics, members=muted.members), tag_id=found[0])
    listed = Listed(
        ("tag", found[0]), "hangout/tag.html", f"/tags/{found[1]}", scope, found[1], facts=(("tag", found[1]),)
    )
    page = _page(ask, sight, listed)
    return page if page is not None and (page.body.facts["rows"] or ask.params) else None


def spaces(ask: Ask) -> Page | None:
    """Return the page of all spaces that the reader may see."""
    sight = stamps.sight(ask.member_id)
    if ask.house is None:
        return None

    def make() -> Part:
        clock = Clock(ask.viewer)
        found = lists.spaces(sight.spaces)
        html = rendered(
            "hangout/spaces.html", {**_common(ask, clock), "spaces": found, "language": ask.viewer.language}, ask.viewer
        )
        with override(ask.viewer.language):
            title, about = _("Spaces"), _("Every space has its own subject and its own people.")
        return part(html, valid_until_s=clock.until_s, facts=_facts(ask, title, about, "/spaces"))

    stamp = (sight.spaces, sight.versions, ask.house)
    body = store.remembered(("spaces", sight.spaces, ask.look, ask.origin), stamp, make)
    return Page(body, css=_css(ask, "places"))


def sight_of(ask: Ask) -> tuple[Sight, Muted]:
    """Return what the reader may see and what they muted: one query for a stranger, two for a member."""
    sight = stamps.sight(ask.member_id)
    return sight, stamps.muted_by(ask.member_id) if ask.member_id is not None else Muted()


def _page(ask: Ask, sight: Sight, listed: Listed) -> Page | None:
    by = ask.params.get("by", "active")
    if by not in lists.ORDERS or ask.house is None:
        return None
    after, before = ask.params.get("after"), ask.params.get("before")
    key = ("list", listed.key, by, after, before, sight.spaces, listed.scope.muted, ask.look, ask.origin)
    body = store.remembered(key, (sight.versions, ask.house), lambda: _body(ask, listed, by, (after, before)))
    page = Page(body, css=_css(ask, "talk"), address=listed.address + lists.params(by="" if by == "active" else by))
    if ask.member is not None:
        page.style = _read_style(ask.member.pk, body.facts["rows"])
        page.values["mine"] = _follow(ask, listed)
    return page


def _body(ask: Ask, listed: Listed, by: str, place: tuple[str | None, str | None]) -> Part:
    clock = Clock(ask.viewer)
    listed = _in_words(ask, listed)
    found = lists.topics_by(listed.scope, by, after=place[0], before=place[1])
    first = not any(place)
    pinned = lists.pinned_in(listed.scope) if first and by == "active" and listed.scope.space_id is not None else []
    tabs = {name: listed.address + lists.params(by="" if name == "active" else name) for name in lists.ORDERS}
    context = {
        **_common(ask, clock), **dict(listed.facts), "rows": found, "pinned": pinned, "by": by, "tabs": tabs, "is_first": first, "title": listed.title,
        "about": listed.about, "tags": lists.tags_among([*pinned, *found]), "next": _neighbour(listed, by, after=found.next),
        "previous": _neighbour(listed, by, before=found.previous), **_counted(ask, listed),
    }  # fmt: skip
    html = rendered(listed.template, context, ask.viewer)
    feed = (listed.title, listed.feed) if listed.feed else None
    facts = _facts(ask, listed.title, listed.about or listed.title, listed.address, feed, noindex=not first)
    facts["rows"] = [(row.id, row.last_number) for row in [*pinned, *found]]
    return part(html, valid_until_s=clock.until_s, facts=facts)


def _in_words(ask: Ask, listed: Listed) -> Listed:
    """Return a space's list with the space's own name and words; any other list as it is."""
    if listed.key[0] != "space":
        return listed
    here, language = lists.spaces([listed.key[1]])[0], ask.viewer.language
    return replace(listed, title=here.name_in(language), about=here.about_in(language), facts=(("space", here),))


def _neighbour(listed: Listed, by: str, **place: str | None) -> str:
    """Return the address of the page before or after, or nothing at an end."""
    return listed.address + lists.params(by="" if by == "active" else by, **place) if any(place.values()) else ""


def _counted(ask: Ask, listed: Listed) -> dict[str, Any]:
    """Return the few numbers of the opening sentence, from stored counters and one bounded look at waiting questions."""
    waiting_now = listed.scope.topics().filter(
        kind="question", accepted_post_id__isnull=True, replies_count=0, closed_at__isnull=True
    )
    seen = [pk for pk in listed.scope.spaces if pk not in listed.scope.muted.spaces]
    found = lists.spaces(seen) if listed.key == ("talk",) else []
    return {
        "waiting_count": len(waiting_now.order_by("-created_at", "-id").values_list("pk", flat=True)[:WAITING_COUNT_MAX]),
        "topics_count": sum(row.topics_count for row in found), "spaces_count": len(found), "places": found, "language": ask.viewer.language,
    }  # fmt: skip


def _common(ask: Ask, clock: Clock) -> dict[str, Any]:
    return {"ago": clock.ago, "wait": wait_of(clock, ask.viewer), "kinds": KIND_WORDS, "slot": slot, "brand": brand()}


def wait_of(clock: Clock, viewer: Viewer) -> Callable[[dt.datetime], str]:
    """Return a function that says how long somebody has waited, and tells the clock until when that is right."""

    def say(since: dt.datetime) -> str:
        words = waiting(since, clock.now, viewer)
        clock.right_until(words.valid_until)
        return words.text

    return say


def _css(ask: Ask, name: str) -> str:
    if ask.member is None:
        return name
    marks = " is-staff" * ask.member.moderates + " is-keeper" * ask.member.keeps_spaces
    return f"{name} is-member{marks}"


def _facts(
    ask: Ask, title: str, about: str, address: str, feed: tuple[str, str] | None = None, *, noindex: bool = False
) -> dict[str, Any]:
    house = brand()
    context = {
        "origin": ask.origin, "address": address, "title": title, "description": about, "feed": feed, "brand": house, "noindex": noindex,
        "app_icon": lambda size: icon_address(house, size),
    }  # fmt: skip
    meta = rendered("looks/page_meta.html", context, ask.viewer).encode()
    return {"title": escape(f"{title} · {brand_name(house, ask.viewer)}").encode(), "meta": meta}


def brand_name(house: Brand, viewer: Viewer) -> str:
    """Return the brand's name in the viewer's language."""
    return house.name_en if viewer.language == "en" and house.name_en else house.name


def _read_style(member_id: int, shown: list[tuple[int, int]]) -> str:
    """Return the reader's own style of a list: what they have read is quiet, what goes on since has a dot."""
    if not shown:
        return ""
    found = rows(_READ.format(marks=",".join(["%s"] * len(shown))), [member_id, *(pk for pk, _last in shown)])
    read = dict(found)
    quiet = [f'[data-row="{pk}"] h3' for pk, last in shown if read.get(pk, 0) >= last]
    fresh = [f'[data-row="{pk}"] .new' for pk, last in shown if 0 < read.get(pk, 0) < last]
    rules = [f"{','.join(quiet)}{{font-weight:500;color:var(--ink-2)}}"] if quiet else []
    return "".join([*rules, f"{','.join(fresh)}{{display:inline-block}}"] if fresh else rules)


def _follow(ask: Ask, listed: Listed) -> bytes:
    """Return the button that follows or leaves a space or a tag."""
    kind = listed.key[0]
    if kind == "talk":
        return b""
    sql = f"SELECT level FROM hangout_follow WHERE member_id = %s AND {kind}_id = %s"  # noqa: S608 - "space" or "tag", ours
    found = rows(sql, (ask.member_id, listed.key[1]))
    context = {"level": found[0][0] if found else "", "action": f"{listed.address}/follow", "slot": slot}
    key = ("follow", context["level"], listed.address, ask.look)
    made = store.remembered(key, None, lambda: part(rendered("hangout/_follow.html", context, ask.viewer)))
    pieces: list[bytes] = []
    made.filled({"csrf": ask.csrf.encode()}, pieces)
    return b"".join(pieces)


def author_rows(ask: Ask, author_id: int, *, after: str | None = None, before: str | None = None) -> Rows[Row]:
    """Return one page of a member's topics as this reader may see them, newest first; raises BadCursor."""
    sight, _muted = sight_of(ask)
    return lists.topics_by(sight.scope(author_id=author_id), "new", after=after, before=before)
