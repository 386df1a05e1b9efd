"""The pages of a poll in the book: the desk where one enrols and votes, the recount, and the doors of each step."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from patogh.hangout import forms
from patogh.hangout.ballots import actions, queries
from patogh.hangout.ballots.actions.roll import check_eligible
from patogh.hangout.ballots.errors import NotEligible
from patogh.hangout.ballots.terms import LEVEL_MAX, OPENINGS_WAIT_S, Terms, Vote
from patogh.hangout.models import Poll, PollRecord, Topic
from patogh.hangout.queries import access
from patogh.hangout.views.writing import REFUSALS, done, page
from patogh.kit import calendar
from patogh.kit.errors import PatoghError
from patogh.people.http import MemberRequest, SignedInRequest, signed_in
from patogh.people.models import Member

HEX_CHARS_MAX = 200


@require_safe
def poll(request: MemberRequest, topic_id: int) -> HttpResponse:
    """Show a sealed poll, and what one can do in it now; a simple poll is on its conversation's page."""
    topic = access.one(access.topics_visible_to(request.member), pk=topic_id)
    if not queries.record_of(topic.pk).is_sealed:
        return HttpResponseRedirect(f"/t/{topic.pk}")
    return _desk(request, topic)


def _desk(request: Any, topic: Topic, refusal: PatoghError | None = None) -> HttpResponse:
    """Return the page of a sealed poll, with a refusal of what was tried."""
    record, member = queries.record_of(topic.pk), request.member
    own = queries.own_of(record, member)
    context = {
        "topic": topic, "record": record, "poll": record.poll, "own": own, "standing": queries.standing(record),
        "choices": queries.choices_of(record), "levels": range(LEVEL_MAX + 1), "wait_h": OPENINGS_WAIT_S // 3600,
        "is_asker": member is not None and (member.pk == topic.author_id or access.moderates(member)),
        "is_open": not (topic.is_closed or topic.trashed_at or topic.merged_into_id), "left_out": _left_out(member, record),
    }  # fmt: skip
    return page(request, "hangout/poll.html", context, refusal)


def _left_out(member: Member | None, record: PollRecord) -> str:
    """Say why a member cannot enrol, or nothing."""
    if member is None:
        return ""
    try:
        check_eligible(record, member)
    except NotEligible as refusal:
        return str(refusal)
    return ""


@require_safe
def poll_recount(request: MemberRequest, topic_id: int) -> HttpResponse:
    """Show a poll's story in the book, and let the browser count it anew."""
    topic = access.one(access.topics_visible_to(request.member), pk=topic_id)
    record = queries.record_of(topic.pk)
    context = {
        "topic": topic, "record": record, "poll": record.poll, "standing": queries.standing(record), "choices": queries.choices_of(record),
        "facts": queries.facts_of(record),
    }  # fmt: skip
    return page(request, "hangout/poll_recount.html", context)


@require_safe
def poll_entries(request: MemberRequest, topic_id: int) -> HttpResponse:
    """Return the exact lines of a poll in the book, a page at a time."""
    topic = access.one(access.topics_visible_to(request.member), pk=topic_id)
    found = queries.entries_of(queries.record_of(topic.pk).ref, request.GET.get("after", ""))
    return JsonResponse({"lines": found.lines, "next": found.next})


def _poll_in(request: SignedInRequest, topic_id: int) -> tuple[Topic, Poll]:
    """Return a topic in sight and its poll; raises NotFound."""
    topic = access.one(access.topics_visible_to(request.member), pk=topic_id)
    return topic, access.one(Poll.objects.filter(topic=topic))


def _hex(request: HttpRequest, name: str) -> str:
    """Return what a script wrote into a hidden field; too much of it is nothing."""
    said = request.POST.get(name, "").strip()
    return said if len(said) <= HEX_CHARS_MAX else ""


@require_POST
@signed_in
def poll_terms(request: SignedInRequest, topic_id: int) -> HttpResponse:
    """Say who may vote and when (the asker and moderators)."""
    topic, row = _poll_in(request, topic_id)
    today = calendar.local_day(timezone.now(), request.viewer)

    def moment(name: str) -> Any:
        said = request.POST.get(name, "").strip()
        return (
            calendar.day_bounds(calendar.parse_date(said, request.viewer, today), request.viewer)[0] if said else None
        )

    try:
        level = forms.whole(request.POST.get("level", "0"))
        terms = Terms(-1 if level is None else level, moment("joined"), moment("starts"), moment("closes"))
        actions.set_terms(row, terms, by=request.member)
    except REFUSALS as refusal:
        return _desk(request, topic, refusal)
    return done(request, _("The terms of the poll are set."), f"/t/{topic.pk}/poll")


@require_POST
@signed_in
def poll_roll(request: SignedInRequest, topic_id: int) -> HttpResponse:
    """Enrol with the public key that the browser made."""
    topic, row = _poll_in(request, topic_id)
    try:
        actions.enrol(row, _hex(request, "key"), by=request.member)
    except REFUSALS as refusal:
        return _desk(request, topic, refusal)
    return done(
        request,
        _("You are on the roll. Come back to this browser to vote: the key stays in it."),
        f"/t/{topic.pk}/poll",
    )


@require_POST
@signed_in
def poll_start(request: SignedInRequest, topic_id: int) -> HttpResponse:
    """Fix the roll and let the vote begin (the asker and moderators)."""
    topic, row = _poll_in(request, topic_id)
    try:
        actions.start_voting(row, by=request.member)
    except REFUSALS as refusal:
        return _desk(request, topic, refusal)
    return done(request, _("The roll is fixed and stands in the book. The vote has begun."), f"/t/{topic.pk}/poll")


@require_POST
@signed_in
def poll_ballots(request: SignedInRequest, topic_id: int) -> HttpResponse:
    """Take a ballot that the browser sealed and signed."""
    topic, row = _poll_in(request, topic_id)
    choice, nonce = forms.whole(request.POST.get("choice")), _hex(request, "r")
    vote = Vote(_hex(request, "voter"), _hex(request, "seal"), _hex(request, "sig"), choice, nonce)
    try:
        actions.cast_ballot(row, vote, by=request.member)
    except REFUSALS as refusal:
        return _desk(request, topic, refusal)
    return done(request, _("Your ballot is on its way into the book. Keep the receipt below."), f"/t/{topic.pk}/poll")


@require_POST
@signed_in
def poll_openings(request: SignedInRequest, topic_id: int) -> HttpResponse:
    """Open one's own seal, whose opening only this browser kept."""
    topic, row = _poll_in(request, topic_id)
    choice = forms.whole(request.POST.get("choice"))
    try:
        actions.open_own_seal(row, -1 if choice is None else choice, _hex(request, "r"), by=request.member)
    except REFUSALS as refusal:
        return _desk(request, topic, refusal)
    return done(request, _("Your seal is open and your vote counts."), f"/t/{topic.pk}/poll")


@require_POST
@signed_in
def poll_closure(request: SignedInRequest, topic_id: int) -> HttpResponse:
    """End the vote now (the asker and moderators)."""
    topic, row = _poll_in(request, topic_id)
    record = queries.record_of(topic.pk)
    address = f"/t/{topic.pk}/poll" if record.is_sealed else f"/t/{topic.pk}"
    actions.close_poll(row, by=request.member)
    return done(request, _("The vote is over."), address)
