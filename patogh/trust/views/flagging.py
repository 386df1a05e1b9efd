"""Reporting a post: a page without scripts, a dialog with them."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from patogh.kit.errors import NotFound, PatoghError
from patogh.people.http import SignedInRequest, signed_in
from patogh.trust import actions, limits
from patogh.trust.models import Flag
from patogh.trust.nouns import Shown, Subject
from patogh.trust.queries import open_flag, shown
from patogh.trust.views.answers import REFUSALS, clean, done, page, refused, subject_of


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def flag(request: SignedInRequest, kind: str, key: str) -> HttpResponse:
    """Ask what is wrong, and take the report."""
    subject = subject_of(kind, key)
    thing = shown(subject, request.member)
    if thing is None:
        raise NotFound
    if request.method != "POST":
        return _form(request, subject, thing)
    reason, words = request.POST.get("reason", ""), clean(request.POST.get("words", ""))
    try:
        actions.flag(subject, reason, words, by=request.member)
    except REFUSALS as refusal:
        return _form(request, subject, thing, refusal)
    return done(request, _("Thank you. A moderator looks at it, and you will hear what came of it."), thing.url)


def _form(request: SignedInRequest, subject: Subject, thing: Shown, refusal: PatoghError | None = None) -> HttpResponse:
    context = {
        "subject": subject, "thing": thing, "limits": limits, "given": open_flag(subject, request.member),
        "is_own": thing.author_id == request.member.pk, "reason": request.POST.get("reason", ""), "words": request.POST.get("words", ""),
    }  # fmt: skip
    return page(request, "trust/flag.html#form", context, refusal)


@require_http_methods(["DELETE"])
@signed_in
def flag_row(request: SignedInRequest, flag_id: int) -> HttpResponse:
    """Take a report back."""
    row = Flag.objects.filter(pk=flag_id, by=request.member).first()
    if row is None:
        raise NotFound
    thing = shown(Subject(row.subject_kind, row.subject_id), request.member)
    address = thing.url if thing else "/me/moderation"
    try:
        actions.withdraw_flag(row, by=request.member)
    except REFUSALS as refusal:
        return refused(request, refusal, address)
    return done(request, _("Your report is taken back."), address)
