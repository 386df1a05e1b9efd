"""Deciding about one item, claiming it, taking decisions back, and second opinions."""

from __future__ import annotations

import uuid

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from patogh.kit import numbers
from patogh.kit.errors import NotFound
from patogh.people.http import SignedInRequest, allowed
from patogh.trust import actions, labels, sentences
from patogh.trust.models import SecondOpinion
from patogh.trust.queries import entries, in_sight, opinions_open_to
from patogh.trust.views.answers import REFUSALS, done, page, refused, ruling_of
from patogh.trust.views.queue import WHATS, item_of, item_page


@require_POST
@allowed("moderate")
def decision(request: SignedInRequest, item_id: int) -> HttpResponse:
    """Decide about an item; what cannot be decided so comes back as it was typed."""
    item = item_of(request, item_id)
    try:
        made = actions.decide(item, ruling_of(request.POST, request.viewer), by=request.member)
    except REFUSALS as refusal:
        return item_page(request, item_of(request, item_id), refusal)
    return HttpResponseRedirect(f"{reverse('review')}?undo={made.batch}&count=1")


@require_http_methods(["POST", "DELETE"])
@allowed("moderate")
def claim(request: SignedInRequest, item_id: int) -> HttpResponse:
    """Take an item for a quarter of an hour (POST), or give it back (DELETE)."""
    item, address = item_of(request, item_id), reverse("review_item", args=[item_id])
    if request.method == "DELETE":
        actions.release_item(item, by=request.member)
        return done(request, _("Everybody may take it again."), address)
    try:
        actions.claim_item(item, by=request.member)
    except REFUSALS as refusal:
        return refused(request, refusal, address)
    return done(request, _("It is yours for a quarter of an hour."), address)


@require_http_methods(["DELETE"])
@allowed("moderate")
def batch(request: SignedInRequest, batch: uuid.UUID) -> HttpResponse:
    """Take back what was decided in one go."""
    try:
        rows = actions.undo_decisions(batch, by=request.member)
    except REFUSALS as refusal:
        return refused(request, refusal, reverse("review"))
    said = _("Taken back; everything stands as before (%(num)s).") % {"num": numbers.number(len(rows), request.viewer)}
    return done(request, said, reverse("review"))


@require_safe
@allowed("moderate")
def opinions(request: SignedInRequest) -> HttpResponse:
    """Show the next item that asks for a second look, without what was decided."""
    row = next(iter(_opinions(request)), None)
    entry = entries([row.item], request.member)[0] if row else None
    context = {
        "row": row, "entry": entry, "whats": WHATS.get(row.item.kind, ()) if row else (), "reasons": sentences.why(entry) if entry else [],
        "html": sentences.html_of(entry) if entry else "", "helps": labels.WHAT_HELPS.get(row.item.kind, {}) if row else {},
    }  # fmt: skip
    return page(request, "trust/opinion.html", context)


@require_POST
@allowed("moderate")
def opinion(request: SignedInRequest, opinion_id: int) -> HttpResponse:
    """Take a second opinion; nothing follows from it but the measure of agreement."""
    row = next((one for one in _opinions(request, pk=opinion_id)), None)
    if row is None:
        raise NotFound
    try:
        actions.give_second_opinion(row, request.POST.get("what", ""), by=request.member)
    except REFUSALS as refusal:
        return refused(request, refusal, reverse("opinions"))
    return done(request, _("Thank you; it is noted."), reverse("opinions"))


def _opinions(request: SignedInRequest, **named: int) -> list[SecondOpinion]:
    """Return the next items that ask this moderator for a second look, out of spaces in their sight."""
    rows = list(opinions_open_to(request.member).filter(**named)[:20])
    seen = in_sight([row.item for row in rows], request.member)
    return [row for row in rows if row.item in seen]
