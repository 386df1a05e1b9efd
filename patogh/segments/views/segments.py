"""Segments: the list, one of them, pausing, retiring, taking people out."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from patogh.kit.errors import Conflict, Invalid
from patogh.looks import pages
from patogh.people.http import SignedInRequest, allowed
from patogh.people.queries import may
from patogh.segments import actions, building, limits
from patogh.segments.models import Segment
from patogh.segments.queries import exports
from patogh.segments.queries import segments as queries
from patogh.segments.words import STATES

PAGE = "segments/team_segment.html"


@require_safe
@allowed("segments.see")
def team_segments(request: SignedInRequest) -> HttpResponseBase:
    """Show the segments with their rules in words and how many are in each."""
    rows = queries.segments(request.member, after=request.GET.get("after"), before=request.GET.get("before"))
    texts = queries.texts(rows.items)
    facts = {
        "rows": rows, "words": {pk: queries.in_words(text, request.viewer) for pk, text in texts.items()}, "states": STATES,
        "counts": {row.pk: queries.count_words(row.members_count, request.member, request.viewer) for row in rows},
        "may_edit": may(request.member, "segments.edit"),
    }  # fmt: skip
    return pages.render(request, "segments/team_segments.html", facts)


@require_safe
@allowed("segments.see")
@never_cache
def team_segment(request: SignedInRequest, segment_id: int) -> HttpResponseBase:
    """Show a segment: its rule, who is in, who came and went."""
    return pages.render(request, PAGE, _facts(request, queries.one(request.member, segment_id)))


@require_safe
@allowed("segments.see")
@never_cache
def team_segment_progress(request: SignedInRequest, segment_id: int) -> HttpResponseBase:
    """Give the part of the page that says how far a filling is."""
    return pages.part(request, f"{PAGE}#progress", _state(request, queries.one(request.member, segment_id)))


@require_http_methods(["POST", "DELETE"])
@allowed("segments.edit")
def team_segment_pause(request: SignedInRequest, segment_id: int) -> HttpResponseBase:
    """Keep a segment as it is; DELETE keeps it live again."""
    segment = queries.one(request.member, segment_id)
    if request.method == "POST":
        actions.pause(segment, by=request.member)
    else:
        actions.resume(segment, by=request.member)
    return redirect("team_segment", segment_id)


@require_POST
@allowed("segments.edit")
def team_segment_retirement(request: SignedInRequest, segment_id: int) -> HttpResponseBase:
    """Take a segment out of use."""
    actions.retire(queries.one(request.member, segment_id), by=request.member)
    messages.success(request, _("The segment is retired; its history stays."))
    return redirect("team_segments")


@require_POST
@allowed("persons.export")
def team_segment_export(request: SignedInRequest, segment_id: int) -> HttpResponseBase:
    """Give the addresses of a segment that may be written to, and write down who took them and what for."""
    segment = queries.one(request.member, segment_id)
    purpose, channel, reason = (request.POST.get(name, "") for name in ("purpose", "channel", "reason"))
    try:
        rows = exports.addresses(segment, purpose, channel)
        actions.export_members(segment, purpose, channel, reason, len(rows), by=request.member)
    except (Invalid, Conflict) as refusal:
        facts = _facts(request, segment) | {"refusal": str(refusal), "asked": request.POST}
        return pages.render(request, PAGE, facts, status=refusal.status)
    response = HttpResponse(exports.csv_of(rows), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="segment-{segment.pk}.csv"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _state(request: SignedInRequest, segment: Segment) -> dict[str, Any]:
    version = queries.version_of(segment)
    at = min(1.0, version.asked_count / version.total_count) if version.total_count else 0.0
    words = queries.count_words(segment.members_count, request.member, request.viewer)
    return {"segment": segment, "version": version, "at": at, "states": STATES, "count": words}


def _facts(request: SignedInRequest, segment: Segment) -> dict[str, Any]:
    """Return what the page of a segment shows."""
    facts = _state(request, segment)
    days, language = queries.days(segment), request.viewer.language
    if may(request.member, "persons.see"):
        after, before = request.GET.get("after"), request.GET.get("before")
        rows = queries.members(segment, request.member, after=after, before=before)
        since = {row.person_id: row.entered_at for row in rows}
        facts |= {"rows": rows, "people": queries.shown(list(since), since), "days": days}
        facts["bars"] = queries.bars(days, request.viewer)
    return facts | {
        "words": queries.in_words(facts["version"].text, request.viewer), "versions": queries.versions(segment), "limits": limits,
        "may_edit": may(request.member, "segments.edit"), "may_export": may(request.member, "persons.export"),
        "purposes": [(one.name, one.title(language)) for one in exports.purposes()], "channels": building.channel_choices(),
        "asked": {}, "refusal": "",
    }  # fmt: skip
