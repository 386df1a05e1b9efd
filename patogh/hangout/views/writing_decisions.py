"""Decisions about topics: each POST makes one, each DELETE lifts it; a miss is a 404."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from patogh.hangout import actions, forms
from patogh.hangout.errors import NothingToMerge
from patogh.hangout.models import Poll, Post, Topic, TopicMerge
from patogh.hangout.queries import access, history
from patogh.hangout.views.writing import REFUSALS, done, is_script, page, post_address, topic_address
from patogh.kit import calendar
from patogh.kit.errors import PatoghError
from patogh.people.http import SignedInRequest, signed_in

EITHER = require_http_methods(["POST", "DELETE"])


@require_safe
@signed_in
def topic_decisions(request: SignedInRequest, topic_id: int) -> HttpResponse:
    """Show what was decided about a topic, and the forms to decide more."""
    return _desk(request, access.one(access.topics_moderated_by(request.member), pk=topic_id))


def _desk(request: SignedInRequest, topic: Topic, refusal: PatoghError | None = None) -> HttpResponse:
    """Return the moderators' page of a topic; a query for a target of a merge lists what it finds."""
    asked = (request.POST.get("target") or request.GET.get("q") or "").strip()[:200]
    targets = access.topics_like(asked, request.member, besides=topic) if asked else []
    context = {
        "topic": topic, "decisions": history.decisions_on(topic), "targets": targets, "asked": asked,
        "spaces": [space for space in access.spaces_postable_by(request.member) if space.pk != topic.space_id],
    }  # fmt: skip
    return page(request, "hangout/decisions.html", context, refusal)


@EITHER
@signed_in
def topic_pin(request: SignedInRequest, topic_id: int) -> HttpResponse:
    """Hold a topic at the top of its space, or let it go."""
    topic = access.one(access.topics_moderated_by(request.member), pk=topic_id)
    if request.method == "DELETE":
        actions.unpin_topic(topic, by=request.member)
        return done(request, _("It is no longer at the top."), topic_address(topic))
    actions.pin_topic(topic, by=request.member, why=request.POST.get("why", ""))
    return done(request, _("It stands at the top of its space now."), topic_address(topic))


@EITHER
@signed_in
def topic_closure(request: SignedInRequest, topic_id: int) -> HttpResponse:
    """Close a topic to new replies, or open it again."""
    topic = access.one(access.topics_moderated_by(request.member), pk=topic_id)
    if request.method == "DELETE":
        actions.reopen_topic(topic, by=request.member)
        return done(request, _("It takes replies again."), topic_address(topic))
    actions.close_topic(topic, by=request.member, why=request.POST.get("why", ""))
    return done(request, _("The conversation is closed."), topic_address(topic))


@EITHER
@signed_in
def topic_trash(request: SignedInRequest, topic_id: int) -> HttpResponse:
    """Take a topic out of sight, or bring it back."""
    if request.method == "DELETE":
        topic = access.one(access.topics_moderated_by(request.member), pk=topic_id)
        actions.restore_topic(topic, by=request.member)
        return done(request, _("The conversation is back."), topic_address(topic))
    topic = access.one(access.topics_trashable_by(request.member), pk=topic_id)
    actions.trash_topic(topic, by=request.member, why=request.POST.get("why", ""))
    is_seen = access.moderates(request.member)
    return done(
        request, _("The conversation is out of sight."), topic_address(topic) if is_seen else f"/s/{topic.space.slug}"
    )


@require_POST
@signed_in
def topic_move(request: SignedInRequest, topic_id: int) -> HttpResponse:
    """Carry a topic to another space."""
    topic = access.one(access.topics_moderated_by(request.member), pk=topic_id)
    try:
        space = forms.chosen_space(access.spaces_postable_by(request.member), request.POST.get("space", ""))
    except REFUSALS as refusal:
        return _desk(request, topic, refusal)
    moved = actions.move_topic(topic, space, by=request.member, why=request.POST.get("why", ""))
    return done(
        request,
        _("The conversation stands in %(space)s now.") % {"space": space.name_in(request.viewer.language)},
        topic_address(moved),
    )


@require_POST
@signed_in
def topic_merge(request: SignedInRequest, topic_id: int) -> HttpResponse:
    """Put a topic's posts at the end of another, named by its number or address."""
    topic = access.one(access.topics_moderated_by(request.member), pk=topic_id)
    try:
        target = access.topic_named(request.POST.get("target", ""), request.member)
        if target is None:
            raise NothingToMerge
        merge = actions.merge_topics(topic, target, by=request.member, why=request.POST.get("why", ""))
    except REFUSALS as refusal:
        return _desk(request, topic, refusal)
    return done(request, _("The two conversations are one. It can be undone here."), f"/t/{merge.target_id}/decisions")


@require_http_methods(["DELETE"])
@signed_in
def merge(request: SignedInRequest, merge_id: int) -> HttpResponse:
    """Take two merged topics apart again."""
    row = access.one(TopicMerge.objects.select_related("source", "target"), pk=merge_id)
    target = access.one(access.topics_moderated_by(request.member), pk=row.target_id)
    try:
        topic = actions.undo_merge(row, by=request.member)
    except REFUSALS as refusal:
        return _desk(request, target, refusal)
    return done(request, _("The two conversations stand apart again."), topic_address(topic))


@EITHER
@signed_in
def topic_acceptance(request: SignedInRequest, topic_id: int) -> HttpResponse:
    """Say which reply solved the question, or that it is open again."""
    topic = access.one(access.topics_visible_to(request.member), pk=topic_id)
    if request.method == "DELETE":
        actions.withdraw_acceptance(topic, by=request.member)
        return done(request, _("The question is open again."), topic_address(topic))
    post = access.one(Post.objects.filter(topic=topic, trashed_at=None), pk=forms.whole(request.POST.get("post")) or 0)
    actions.accept_answer(post, by=request.member)
    return done(request, _("The knot is untied. Thank you for saying so."), post_address(topic, post.number))


@EITHER
@signed_in
def poll_votes(request: SignedInRequest, topic_id: int) -> HttpResponse:
    """Vote in the poll of a topic, or take the vote back."""
    topic = access.one(access.topics_visible_to(request.member), pk=topic_id)
    poll = access.one(Poll.objects.filter(topic=topic))
    given = (
        [] if request.method == "DELETE" else [forms.whole(typed) or 0 for typed in request.POST.getlist("option")[:50]]
    )
    if "1" in (request.POST.get("add"), request.GET.get("add")) and poll.is_multiple:
        given = sorted({*given} ^ set(poll.votes.filter(member=request.member).values_list("option_id", flat=True)))
    actions.vote_in_poll(poll, given, by=request.member)
    if is_script(request):
        return HttpResponse(status=204)
    return HttpResponseRedirect(topic_address(topic))


@EITHER
@signed_in
def topic_promise(request: SignedInRequest, topic_id: int) -> HttpResponse:
    """Promise a date in a notice (POST `date`), or say that it was kept or dropped (DELETE `outcome`)."""
    topic = access.one(access.notices_promised_by(request.member), pk=topic_id)
    if request.method == "DELETE":
        actions.settle_promise(topic, "kept" if request.POST.get("outcome") == "kept" else "dropped", by=request.member)
        return done(request, _("The promise is settled."), topic_address(topic))
    today = calendar.local_day(timezone.now(), request.viewer)
    try:
        due_on = calendar.parse_date(request.POST.get("date", ""), request.viewer, today)
        actions.promise(topic, due_on, by=request.member, why=request.POST.get("why", ""))
    except REFUSALS as refusal:
        return _desk(request, topic, refusal)
    return done(request, _("The date is promised."), topic_address(topic))
