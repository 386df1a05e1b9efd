"""What moderators do about a member from the profile: sanctions and levels; and the two tabs that this room gives profiles."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from patogh.kit.errors import NotFound
from patogh.people.http import SignedInRequest, allowed
from patogh.people.models import Member
from patogh.people.queries import member_at
from patogh.trust import actions
from patogh.trust.models import Decision, Record, Sanction
from patogh.trust.queries import level_of, next_level, sanctions_of, sanctions_on
from patogh.trust.views.answers import REFUSALS, done, number, refused, ruling_of


@require_POST
@allowed("moderate")
def sanctions(request: SignedInRequest, handle: str) -> HttpResponse:
    """Warn, silence or suspend a member."""
    member = member_at(handle, request.member)
    address = f"{member.url}/moderation"
    try:
        actions.sanction_member(member, ruling_of(request.POST, request.viewer, what="none"), by=request.member)
    except REFUSALS as refusal:
        return refused(request, refusal, address)
    return done(request, _("It holds from now on, and they are told why."), address)


@require_http_methods(["DELETE"])
@allowed("moderate")
def sanction(request: SignedInRequest, sanction_id: int) -> HttpResponse:
    """End a sanction early."""
    row = Sanction.objects.select_related("member").filter(pk=sanction_id).first()
    if row is None:
        raise NotFound
    address = f"{row.member.url}/moderation"
    try:
        actions.lift_sanction(row, by=request.member)
    except REFUSALS as refusal:
        return refused(request, refusal, address)
    return done(request, _("It is lifted."), address)


@require_POST
@allowed("moderate")
def level(request: SignedInRequest, handle: str) -> HttpResponse:
    """Give a member a level by hand; without one it is earned again."""
    member = member_at(handle, request.member)
    address = f"{member.url}/moderation"
    if member.pk == request.member.pk:
        messages.error(request, _("Nobody gives themselves a level."))
        return HttpResponseRedirect(address)
    try:
        actions.set_level(member, number(request.POST.get("level")), by=request.member)
    except REFUSALS as refusal:
        return refused(request, refusal, address)
    return done(request, _("The level holds from now on."), address)


def standing_facts(member: Member) -> dict[str, Any]:
    """Return what a member's own tab says: the level, and what the next one asks."""
    wanted, tasks = next_level(member)
    return {"level": level_of(member), "wanted": wanted, "tasks": tasks, "sanctions": sanctions_on(member)}


def moderation_facts(member: Member) -> dict[str, Any]:
    """Return what moderators see of a member: record, sanctions, the last decisions."""
    decisions = Decision.objects.filter(member=member).select_related("by").order_by("-decided_at", "-pk")[:20]
    record = Record.objects.filter(pk=member.pk).first()
    return {
        "level": level_of(member),
        "record": record,
        "sanctions": sanctions_of(member),
        "decisions": list(decisions),
    }
