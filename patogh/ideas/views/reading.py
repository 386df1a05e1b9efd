"""The reading pages of ideas over HTTP: assembled where they are busy, rendered where they are not."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe

from patogh.ideas import machine
from patogh.ideas.queries import access, stamps
from patogh.ideas.queries import idea as reads
from patogh.ideas.views import reading_idea, reading_lists
from patogh.ideas.views import reading_words as words
from patogh.kit.errors import NotFound
from patogh.looks import pages
from patogh.looks.assembly import Clock, rendered
from patogh.looks.shells import Page, response
from patogh.people.http import MemberRequest
from patogh.people.readers import ask_of


def answer(request: HttpRequest, found: Page | str | None, ask: Any) -> HttpResponse:
    """Return an assembled page, the way to another one (an idea may be merged and parted again: never for good), or a 404."""
    if found is None:
        raise NotFound
    if isinstance(found, str):
        return HttpResponseRedirect(found)
    said = get_messages(request)
    if not len(said):
        return response(ask, found, request.headers.get("If-None-Match", ""))
    found.values["messages"] = rendered("ideas/_messages.html", {"messages": said}, ask.viewer).encode()
    once = response(ask, found)
    once.headers["Cache-Control"] = "no-store"
    return once


@require_safe
def ideas(request: MemberRequest) -> HttpResponse:
    """Show the list of ideas."""
    ask = ask_of(request)
    return answer(request, reading_lists.ideas(ask), ask)


@require_safe
def idea(request: MemberRequest, idea_id: int, slug: str = "") -> HttpResponse:
    """Show an idea; a wrong slug leads to the right one."""
    ask = ask_of(request)
    return answer(request, reading_idea.idea(ask, idea_id, slug), ask)


@require_safe
def history(request: MemberRequest, idea_id: int) -> HttpResponse:
    """Show every move and every earlier wording of an idea, a merged one's too."""
    page = open_page(request, idea_id)
    viewer = request.viewer
    moves = [
        (move, *words.move_words(move, viewer), page.person(move.by_id), page.line_of(move)) for move in page.moves
    ]
    context = {
        **reading_idea.common(ask_of(request), Clock(viewer)), "page": page, "idea": page.idea, "moves": moves,
        "rule_words": {one.key: one.words(viewer.language) for one in page.terms.house_rules},
        "revisions": reads.history(idea_id, _since(request, page)), "into": page.idea.merged_into if page.idea.state == machine.MERGED else None,
    }  # fmt: skip
    return pages.render(request, "ideas/history.html", context)


def _since(request: MemberRequest, page: reads.Shown) -> datetime | None:
    """Return since when this reader sees what an idea said: the makers and the team from its beginning."""
    is_own = access.is_maker(page.idea, request.member) or access.is_team(request.member)
    return None if is_own else page.idea.published_at


def open_page(request: MemberRequest, idea_id: int) -> reads.Shown:
    """Return an idea that this reader may see; raises NotFound."""
    ask = ask_of(request, {})
    stamp = stamps.idea_stamp(idea_id, ask.member_id)
    if stamp is None or not stamp.is_open_to(ask.member_id, is_team=reading_idea.is_team(ask)):
        raise NotFound
    found = reads.shown(idea_id)
    if found is None:
        raise NotFound
    return found


def public_page(idea_id: int) -> reads.Shown:
    """Return an idea that everybody may see, for what leaves the house; raises NotFound."""
    stamp = stamps.idea_stamp(idea_id, None)
    found = reads.shown(idea_id) if stamp is not None and stamp.is_open_to(None) else None
    if found is None:
        raise NotFound
    return found
