"""Who makes an idea and with which part, over HTTP."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from patogh.ideas import forms, limits
from patogh.ideas.actions import creators
from patogh.ideas.actions.creators import Invited
from patogh.ideas.errors import NobodyCalledSo
from patogh.ideas.models import Idea
from patogh.ideas.queries import access, making
from patogh.ideas.terms import terms_of
from patogh.ideas.views.writing import REFUSALS, done, page, refused
from patogh.kit.errors import NotFound, PatoghError
from patogh.people.http import SignedInRequest, signed_in
from patogh.people.models import Member


@require_http_methods(["GET", "HEAD", "POST", "DELETE"])
@signed_in
def idea_makers(request: SignedInRequest, idea_id: int) -> HttpResponse:
    """Show who makes an idea, propose shares and invite one more (POST), or take a proposal back (DELETE)."""
    idea = access.one(access.visible(request.member), idea_id)
    if request.method in {"POST", "DELETE"} and not access.is_maker(idea, request.member):
        raise NotFound
    if request.method == "DELETE":
        creators.take_back_proposal(idea, by=request.member)
        return done(request, _("The proposal is taken back; shares stay as they were."), f"/ideas/{idea.pk}/makers")
    if request.method != "POST":
        return _page(request, idea)
    try:
        shares = {
            one.member_id: forms.percent_bps(request.POST.get(f"share_{one.member_id}", ""))
            for one in making.makers(idea)
            if one.state == "agreed"
        }
        creators.propose_shares(idea, shares, by=request.member, invite=_invited(request))
    except REFUSALS as refusal:
        return _page(request, idea, refusal)
    return done(request, _("It is proposed. It holds once everybody concerned has agreed."), f"/ideas/{idea.pk}/makers")


@require_http_methods(["POST", "DELETE"])
@signed_in
def idea_share(request: SignedInRequest, idea_id: int) -> HttpResponse:
    """Say yes to what is proposed to oneself (POST; `do` = back comes back after leaving), or no, or leave (DELETE)."""
    idea = access.one(access.visible(request.member), idea_id)
    back, do = f"/ideas/{idea.pk}/makers", request.POST.get("do", "")
    try:
        if request.method == "DELETE" and do == "leave":
            creators.leave_making(idea, by=request.member)
            return done(request, _("You no longer make this idea. Within a week you can come back."), back)
        if request.method == "DELETE":
            creators.decline_share(idea, by=request.member)
            return done(request, _("You said no; shares stay as they were."), "/me/ideas")
        if do == "back":
            creators.come_back(idea, by=request.member)
        else:
            creators.agree_to_share(idea, by=request.member)
    except REFUSALS as refusal:
        return refused(request, refusal, back)
    return done(request, _("You agreed."), back)


def _invited(request: SignedInRequest) -> Invited | None:
    """Return who is asked to make the idea too, or None; raises NobodyCalledSo or BadShares."""
    handle = request.POST.get("handle", "").strip().lstrip("@").lower()[:60]
    if not handle:
        return None
    member = Member.objects.filter(handle=handle, is_active=True).first()
    if member is None:
        raise NobodyCalledSo
    return Invited(member, forms.percent_bps(request.POST.get("share", "")), request.POST.get("role", ""))


def _page(request: SignedInRequest, idea: Idea, refusal: PatoghError | None = None) -> HttpResponse:
    """Return the makers' page; only those who make the idea, are asked to, or the team read it."""
    rows = making.makers(idea)
    mine = next((one for one in rows if one.member_id == request.member.pk), None)
    if mine is None and not access.is_team(request.member):
        raise NotFound
    asked = [one for one in rows if one.proposed_bps is not None and one.state in {"agreed", "invited"}]
    context = {
        "idea": idea, "makers": rows, "mine": mine, "asked": asked, "terms": terms_of(idea.rules), "limits": limits,
        "typed": {name: request.POST.get(name, "") for name in ("handle", "role", "share")},
        "typed_shares": {name: value for name, value in request.POST.items() if name.startswith("share_")},
    }  # fmt: skip
    return page(request, "ideas/makers.html", context, refusal)
