"""What the views of this room share: where they lead, how a refusal keeps what was typed, what forms say."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils import timezone

from patogh.kit import calendar, persian
from patogh.kit.calendar import Viewer
from patogh.kit.errors import Busy, Conflict, Forbidden, Invalid, NotFound, PatoghError, TooLarge, TooMany
from patogh.looks import pages
from patogh.trust import labels
from patogh.trust.errors import UntilUnclear
from patogh.trust.nouns import Ruling, Subject

REFUSALS = (Invalid, Conflict, Forbidden, TooLarge, TooMany, Busy)


def page(request: HttpRequest, name: str, context: dict[str, Any], refusal: PatoghError | None = None) -> HttpResponse:
    """Return a page of this room with its words, and with the status of a refusal."""
    known = {**context, "labels": labels, "refusal": refusal}
    answer = pages.render(request, name, known, status=refusal.status if refusal else 200)
    if refusal is not None and refusal.retry_after_s is not None:
        answer["Retry-After"] = str(refusal.retry_after_s)
    answer["Cache-Control"] = "no-store"
    return answer


def done(request: HttpRequest, sentence: str, address: str) -> HttpResponse:
    """Say that something is done and lead on; a script hears it without a new page."""
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204)
    messages.success(request, sentence)
    return HttpResponseRedirect(address)


def refused(request: HttpRequest, refusal: PatoghError, address: str) -> HttpResponse:
    """Say what was refused on the page that one comes back to; a script gets the error itself."""
    if request.headers.get("HX-Request") == "true":
        raise refusal
    messages.error(request, str(refusal))
    return HttpResponseRedirect(address)


def subject_of(kind: str, key: str) -> Subject:
    """Return what an address names; raises NotFound for what cannot be one."""
    plain = persian.digits_en(key)
    if len(kind) > 40 or not plain.isascii() or not plain.isdigit() or len(plain) > 18:
        raise NotFound
    return Subject(kind, plain)


def ruling_of(said: QueryDict, viewer: Viewer, *, what: str = "") -> Ruling:
    """Return what a decision's form says; raises UntilUnclear or BadDate for an end that is none."""
    sanction = said.get("sanction", "")
    return Ruling(
        what=what or said.get("what", ""), reason=said.get("reason", ""), words=clean(said.get("words", "")),
        public_reason=clean(said.get("public_reason", "")), sanction=sanction, text=said.get("text", "").replace("\0", ""),
        until=until_of(said, viewer) if sanction in {"silence", "suspension"} else None,
    )  # fmt: skip


def until_of(said: QueryDict, viewer: Viewer) -> dt.datetime:
    """Return when a sanction ends: after some days, or at the end of a day that was typed."""
    typed = said.get("until", "").strip()
    if not typed:
        days = number(said.get("days", ""))
        if not days or days > 36_500:
            raise UntilUnclear
        return timezone.now() + dt.timedelta(days=days)
    day = calendar.parse_date(typed[:40], viewer, calendar.local_day(timezone.now(), viewer))
    try:
        end = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), viewer.tz)
        return end.astimezone(dt.UTC)
    except (OverflowError, ValueError) as error:
        raise UntilUnclear from error


def number(typed: str | None) -> int | None:
    """Return a whole number in any digits, or None."""
    text = persian.digits_en(typed or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None


def clean(text: str) -> str:
    """Return words without what no column takes."""
    return text.replace("\0", "").replace("\r\n", "\n").strip()
