"""What a member keeps for herself: follows, drafts; and what helps while typing: people to name, the text as it will look."""

from __future__ import annotations

import re

from django.http import HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from patogh.hangout import actions, forms
from patogh.hangout.actions.mine import Followed
from patogh.hangout.pace import keep_pace
from patogh.hangout.queries import access, people
from patogh.hangout.views.writing import done, is_script, topic_address
from patogh.kit import calendar, limits, markup
from patogh.kit.errors import NotFound
from patogh.looks import pages
from patogh.people.http import SignedInRequest, safe_next, signed_in

EITHER = require_http_methods(["POST", "DELETE"])
_PLACE = re.compile(r"new|(?:topic|edit):[0-9]{1,15}")


@EITHER
@signed_in
def topic_follow(request: SignedInRequest, topic_id: int) -> HttpResponse:
    """Follow or mute a topic, or neither."""
    topic = access.one(access.topics_visible_to(request.member), pk=topic_id)
    return _followed(request, topic, topic_address(topic))


@EITHER
@signed_in
def space_follow(request: SignedInRequest, slug: str) -> HttpResponse:
    """Follow or mute a space, or neither."""
    space = access.one(access.spaces_visible_to(request.member), slug=slug)
    return _followed(request, space, f"/s/{space.slug}")


@EITHER
@signed_in
def tag_follow(request: SignedInRequest, name: str) -> HttpResponse:
    """Follow or mute a tag, or neither."""
    tag = access.one(access.tags_visible_to(request.member), key=actions.tag_key(name))
    return _followed(request, tag, f"/tags/{tag.name}")


def _followed(request: SignedInRequest, thing: Followed, address: str) -> HttpResponse:
    """Set or end a follow, and lead back to where the button was."""
    back = safe_next(request, address)
    if request.method == "DELETE":
        actions.unfollow(thing, by=request.member)
        return done(request, _("You no longer follow it."), back)
    level = "muted" if request.POST.get("level") == "muted" else "following"
    actions.follow(thing, by=request.member, level=level)
    return done(
        request,
        _("You will hear nothing of it.") if level == "muted" else _("You will hear of what happens here."),
        back,
    )


@require_http_methods(["POST", "PUT", "DELETE"])
@signed_in
def draft(request: SignedInRequest, place: str) -> HttpResponse:
    """Keep what is being typed (PUT, or POST from a form), or throw it away (DELETE)."""
    if not _PLACE.fullmatch(place):
        raise NotFound
    if request.method == "DELETE":
        actions.discard_draft(place, by=request.member)
        return (
            HttpResponse(status=204) if is_script(request) else HttpResponseRedirect(safe_next(request, "/me/drafts"))
        )
    typed = _typed(request)
    data: dict[str, object] = {
        name: typed.get(name, "")[:2000]
        for name in ("kind", "space", "tags", "promised_on", "poll_question")
        if typed.get(name)
    }
    options = [text[:200] for text in typed.getlist("option")[: limits.POLL_CHOICES_MAX] if text.strip()]
    data |= {"options": options} if options else {}
    kept = actions.save_draft(place, typed.get("text", ""), by=request.member, title=typed.get("title", ""), data=data)
    at = calendar.clock(timezone.now(), request.viewer)
    words = _("Draft saved, %(time)s") % {"time": at} if kept else ""
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"saved": kept is not None, "words": words})
    return pages.part(request, "hangout/_saved.html#saved", {"words": words})


def _typed(request: SignedInRequest) -> QueryDict:
    """Return the form of a POST or PUT; Django itself reads a POST only."""
    if request.method == "POST" or request.POST:
        return request.POST
    return QueryDict(request.body, encoding="utf-8")


@require_GET
@signed_in
def mentions(request: SignedInRequest) -> HttpResponse:
    """Offer people whose handle or name begins with what was typed."""
    found = people.named_like(request.GET.get("q", "")[:60], request.member)
    if request.headers.get("Accept", "").startswith("application/json"):
        rows = [{"handle": one.handle, "name": one.name, "avatar": one.avatar_url} for one in found]
        return JsonResponse(rows, safe=False, headers={"Cache-Control": "private, max-age=30"})
    return pages.part(request, "hangout/_mentions.html#mentions", {"people": found})


@require_POST
@signed_in
def preview(request: SignedInRequest) -> HttpResponse:
    """Show how a text will look, rendered and cleaned as it will be."""
    keep_pace(request.member, "preview")
    rendered = markup.render(request.POST.get("text", ""))
    return pages.part(request, "hangout/_preview.html#preview", {"html": rendered.html})


@require_GET
@signed_in
def tags(request: SignedInRequest) -> HttpResponse:
    """Offer tags that begin with what was typed last, for the field's list."""
    last = (forms.split_tags(request.GET.get("tags", "")[-80:]) or [""])[-1]
    return pages.part(request, "hangout/_tag_options.html#options", {"tags": people.tags_like(last, request.member)})
