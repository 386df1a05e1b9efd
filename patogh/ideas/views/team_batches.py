"""Rounds of review: the list with its calendar, one round with its comparison, its reviewers and its exports."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from patogh.ideas import exporting
from patogh.ideas.actions import batches as actions
from patogh.ideas.calendar_feed import feed
from patogh.ideas.errors import BadDates
from patogh.ideas.models import Batch, Reviewer
from patogh.ideas.queries import desk
from patogh.ideas.queries.review import Compared, comparison
from patogh.ideas.views.team_answers import REFUSALS, done, number, page, refused
from patogh.kit import calendar
from patogh.kit.errors import NotFound, SignInNeeded
from patogh.people.http import SignedInRequest, allowed
from patogh.people.models import Member
from patogh.people.queries import may

SALT = "patogh.ideas.calendar"
# How the comparison can be sorted; what is sealed or missing comes last.
SORTS = ("mean", "spread", "supporters", "price", "missing", "title")


@require_safe
@allowed("ideas.review")
def batches(request: SignedInRequest) -> HttpResponse:
    """Show the rounds, those that have to answer first."""
    key = signing.Signer(salt=SALT).sign(str(request.member.pk))
    context = {
        "rows": desk.batches(), "overdue": desk.overdue(timezone.now()), "unsaid": desk.unsaid(),
        "feed": request.build_absolute_uri(f"{reverse('team_calendar')}?key={key}"),
    }  # fmt: skip
    return page(request, "batches", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("ideas.review")
def batch(request: SignedInRequest, batch_id: int) -> HttpResponse:
    """Show a round as this member may see it; a POST by whoever decides changes its days."""
    found = desk.batch_seen(batch_id)
    if request.method == "POST":
        return _dated(request, found)
    sort = request.GET.get("sort", "")
    sort = sort if sort in SORTS else "mean"
    asked = list(Reviewer.objects.filter(batch=found).select_related("member__identity").order_by("pk"))
    others = desk.may_review(besides=[one.member_id for one in asked])
    context = {
        "batch": found, "rows": _sorted(comparison(found, request.member), sort), "sort": sort, "sorts": SORTS,
        "reviewers": asked,
        "may_decide": may(request.member, "ideas.decide"), "board": others, "load": desk.load_of(found.programme),
        "is_late": found.state != "answered" and found.answers_by < timezone.now(),
    }  # fmt: skip
    return page(request, "batch", context)


def _sorted(rows: list[Compared], sort: str) -> list[Compared]:
    """Return the rows in an order; what has no value comes last."""
    if sort == "title":
        return sorted(rows, key=lambda row: row.entry.idea.title)
    values = {
        "mean": lambda row: row.mean, "spread": lambda row: row.spread, "supporters": lambda row: row.entry.idea.supporters_count,
        "price": lambda row: row.price[0] if row.price else None, "missing": lambda row: len(row.missing),
    }  # fmt: skip
    value: Any = values[sort]
    return sorted(rows, key=lambda row: (value(row) is None, -(value(row) or 0), row.entry.pk))


def _dated(request: SignedInRequest, found: Batch) -> HttpResponse:
    """Change the days of a round; each ends with its day."""
    back = reverse("team_batch", args=[found.pk])
    if not may(request.member, "ideas.decide"):
        raise NotFound
    try:
        closes, answers = (_end_of(request, name) for name in ("closes_at", "answers_by"))
        actions.set_dates(found, closes or found.closes_at, answers or found.answers_by, by=request.member)
    except REFUSALS as refusal:
        return refused(request, refusal, back)
    return done(request, _("The days are set."), back)


def _end_of(request: SignedInRequest, name: str) -> dt.datetime | None:
    """Return the end of the day that was typed, None for nothing typed; raises BadDate or BadDates."""
    typed = request.POST.get(name, "").strip()[:40]
    if not typed:
        return None
    day = calendar.parse_date(typed, request.viewer, calendar.local_day(timezone.now(), request.viewer))
    try:
        return calendar.day_bounds(day, request.viewer)[1]
    except (OverflowError, ValueError) as error:
        raise BadDates(field=name) from error


@require_http_methods(["POST"])
@allowed("ideas.decide")
def reviewers(request: SignedInRequest, batch_id: int) -> HttpResponse:
    """Ask somebody to score a round."""
    found = desk.batch_seen(batch_id)
    back = reverse("team_batch", args=[found.pk])
    member = (
        Member.objects.select_related("identity")
        .filter(pk=number(request.POST.get("member")) or 0, is_active=True)
        .first()
    )
    if member is None:
        raise NotFound
    try:
        actions.add_reviewer(found, member, by=request.member)
    except REFUSALS as refusal:
        return refused(request, refusal, back)
    return done(request, _("They are asked, and told."), back)


@require_http_methods(["DELETE"])
@allowed("ideas.decide")
def reviewer(request: SignedInRequest, batch_id: int, member_id: int) -> HttpResponse:
    """Ask somebody no longer."""
    found = desk.batch_seen(batch_id)
    actions.remove_reviewer(found, member_id, by=request.member)
    return done(request, _("They are no longer asked."), reverse("team_batch", args=[found.pk]))


@require_http_methods(["POST"])
@allowed("ideas.decide")
def reminder(request: SignedInRequest, batch_id: int) -> HttpResponse:
    """Remind those of whom a score is missing."""
    found = desk.batch_seen(batch_id)
    told = actions.remind_reviewers(found.pk, timezone.now(), by=request.member)
    sentence = _("They are reminded.") if told else _("Nobody’s score is missing.")
    return done(request, sentence, reverse("team_batch", args=[found.pk]))


@require_safe
@allowed("ideas.review")
def export(request: SignedInRequest, batch_id: int, kind: str) -> HttpResponse:
    """Give the comparison as a file, with what this member may see."""
    found = desk.batch_seen(batch_id)
    rows = exporting.table(found, request.member)
    is_rtl = request.viewer.language == "fa"
    if kind == "csv":
        answer = HttpResponse(exporting.as_csv(rows), content_type="text/csv; charset=utf-8")
    else:
        sheet = exporting.as_xlsx(rows, found.name if is_rtl else found.name_en or found.name, right_to_left=is_rtl)
        answer = HttpResponse(sheet, content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    answer["Content-Disposition"] = f'attachment; filename="round-{found.pk}.{kind}"'
    answer["Cache-Control"] = "no-store"
    return answer


@require_safe
def calendar_feed(request: HttpRequest) -> HttpResponse:
    """Give the days of the rounds to a calendar program: the key in its address names the reviewer whose it is."""
    key = request.GET.get("key", "")
    member: Member | None = _of_key(key) if key else getattr(request, "member", None)
    if member is None and not key:
        raise SignInNeeded
    if member is None or not may(member, "ideas.review"):
        raise NotFound
    answer = HttpResponse(feed(desk.batches(), member, request.get_host()), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'inline; filename="rounds.ics"'
    answer["Cache-Control"] = "private, max-age=900"
    return answer


def _of_key(key: str) -> Member | None:
    """Return the member whose calendar a key opens, or None."""
    try:
        pk = signing.Signer(salt=SALT).unsign(key[:200])
    except signing.BadSignature:
        return None
    return Member.objects.filter(pk=pk, is_active=True).first()
