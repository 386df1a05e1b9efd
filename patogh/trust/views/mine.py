"""What one member sees and decides for herself: what happened to her posts, whom she blocks, her age band."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from patogh.kit.errors import NotFound, PatoghError
from patogh.ledger.queries.pages import lines_of_subjects
from patogh.people.http import SignedInRequest, safe_next, signed_in
from patogh.people.models import Member, MemberFollow
from patogh.people.queries import member_at
from patogh.trust import actions, labels, sentences
from patogh.trust.models import Held
from patogh.trust.queries import blocks_page, flags_by, held_by, history_of, sanctions_on
from patogh.trust.views.answers import REFUSALS, done, page, refused


@require_safe
@signed_in
def history(request: SignedInRequest) -> HttpResponse:
    """Show everything that happened to one's posts and account, with reason, who and the way to appeal."""
    member, after = request.member, request.GET.get("after")
    found = history_of(member, after=after)
    waiting = [] if after else [(row, sentences.of_held(row)) for row in held_by(member)]
    shown_apart = {row.pk for row, _why in waiting}
    events = [one for one in found.events if one.decision_id is not None or one.held_id not in shown_apart]
    context = {
        "events": [(event, sentences.of_event(event)) for event in events], "waiting": waiting, "sanctions": sanctions_on(member),
        "flags": flags_by(member, after=request.GET.get("flags")), "next": found.next,
        "lines": lines_of_subjects("trust.decision", [str(one.decision_id) for one in events if one.decision_id]),
    }  # fmt: skip
    return page(request, "trust/history.html", context)


@require_http_methods(["DELETE"])
@signed_in
def held(request: SignedInRequest, held_id: int) -> HttpResponse:
    """Take back a text of one's own that still waits."""
    row = Held.objects.filter(pk=held_id, author=request.member).first()
    if row is None:
        raise NotFound
    actions.withdraw_held(row, by=request.member)
    return done(request, _("It is taken back; nobody will read it."), reverse("my_moderation"))


@require_safe
@signed_in
def blocks(request: SignedInRequest) -> HttpResponse:
    """Show whom one blocks and whom one mutes."""
    found = blocks_page(request.member, after=request.GET.get("after"), before=request.GET.get("before"))
    blocked = {row.blocked_id for row in found.items}
    muted = MemberFollow.objects.filter(follower=request.member, level="muted").exclude(followed_id__in=blocked)
    context = {"found": found, "muted": list(muted.select_related("followed").order_by("-pk")[:50])}
    return page(request, "trust/blocks.html", context)


@require_http_methods(["POST", "DELETE"])
@signed_in
def block(request: SignedInRequest, handle: str) -> HttpResponse:
    """Block a member, or end it."""
    member = member_at(handle, request.member)
    back = safe_next(request, reverse("settings_blocks"))
    if request.method == "DELETE":
        actions.unblock_member(member, by=request.member)
        return done(request, _("You read each other again."), back)
    try:
        actions.block_member(member, by=request.member)
    except REFUSALS as refusal:
        return refused(request, refusal, back)
    return done(request, _("They reach you no longer, and their posts are folded away. They are not told."), back)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def age(request: SignedInRequest) -> HttpResponse:
    """Say one's age band; a minor who says to be older waits for a moderator."""
    refusal: PatoghError | None = None
    if request.method == "POST":
        try:
            found = actions.change_age_band(request.POST.get("age_band", ""), by=request.member)
        except REFUSALS as error:
            refusal = error
        else:
            waits = not isinstance(found, Member)
            said = _("A moderator looks at this first.") if waits else _("Your age band is noted.")
            return done(request, said, reverse("settings_age"))
    waiting = next((row for row in held_by(request.member) if row.kind == "age"), None)
    context = {"bands": labels.AGE_BANDS, "waiting": waiting}
    return page(request, "trust/age.html", context, refusal)
