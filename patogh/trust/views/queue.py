"""The review queue: a list, and one item with everything around it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from patogh.kit.errors import NotFound, PatoghError
from patogh.people.http import SignedInRequest, allowed
from patogh.trust import actions, labels, limits, sentences
from patogh.trust.models import ReviewItem
from patogh.trust.nouns import Subject
from patogh.trust.persons import KIND as PERSON
from patogh.trust.queries import (
    QueueFilter,
    entries,
    in_sight,
    item_seen_by,
    items_reviewable_by,
    queue_page,
    shown_many,
    tallies,
)
from patogh.trust.views.answers import REFUSALS, number, page, refused, ruling_of, subject_of

# What each kind of item can be answered with, the commonest first, and the key that chooses it.
WHATS = {
    "flags": (("approve", "a"), ("hide", "h"), ("edit", "e"), ("delete", "d"), ("none", "n")),
    "held": (("approve", "a"), ("edit", "e"), ("delete", "d")),
    "edit": (("approve", "a"), ("edit", "e"), ("delete", "d")),
    "sign_up": (("approve", "a"), ("delete", "d")),
    "age": (("approve", "a"), ("delete", "d")),
    "person": (("approve", "a"), ("none", "n")),
    "appeal": (),
}  # fmt: skip
BULK = ("approve", "hide", "delete", "none")


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("moderate")
def review(request: SignedInRequest) -> HttpResponse:
    """Show what waits; a POST decides the same about several items."""
    if request.method == "POST":
        return _decide_many(request)
    chosen = _chosen(request)
    found = queue_page(request.member, chosen, after=request.GET.get("after"), before=request.GET.get("before"))
    seen = in_sight(found.items, request.member)
    rows = entries([item for item in found.items if item in seen], request.member)
    open_now = tallies()
    context = {
        "rows": [(entry, sentences.why(entry)) for entry in rows], "found": found, "chosen": chosen, "open_now": open_now,
        "count": sum(open_now.values()), "keep": _keep(chosen), "spaces": _spaces(request), "bulk": BULK, "me": request.member,
    }  # fmt: skip
    return page(request, "trust/review.html", context)


@require_safe
@allowed("moderate")
def review_of(request: SignedInRequest, kind: str, key: str) -> HttpResponse:
    """Lead to the open item about a thing, or else to the newest one."""
    subject = subject_of(kind, key)
    rows = items_reviewable_by(request.member).filter(subject_kind=subject.kind, subject_id=subject.id)
    item = rows.filter(state="open").order_by("-pk").first() or rows.order_by("-pk").first()
    if item is None or not in_sight([item], request.member):
        raise NotFound
    return HttpResponseRedirect(reverse("review_item", args=[item.pk]))


@require_safe
@allowed("moderate")
def review_item(request: SignedInRequest, item_id: int) -> HttpResponse:
    """Show one item."""
    return item_page(request, item_of(request, item_id))


def item_of(request: SignedInRequest, item_id: int) -> ReviewItem:
    """Return an item that the moderator may look at; raises NotFound."""
    return item_seen_by(request.member, pk=item_id)


def item_page(request: SignedInRequest, item: ReviewItem, refusal: PatoghError | None = None) -> HttpResponse:
    """Return the page of an item, with what was typed where a decision was refused."""
    entry = entries([item], request.member)[0]
    if item.state == "open":
        actions.note_seen([item.pk], by=request.member)
    context: dict[str, Any] = {
        "entry": entry, "item": item, "typed": request.POST, "limits": limits, "me": request.member, "whats": _whats(item),
        "helps": labels.WHAT_HELPS.get("held" if item.kind == "edit" else item.kind, {}), "reasons": sentences.why(entry),
        "text": sentences.text_of(entry), "html": sentences.html_of(entry), "former": sentences.former_of(entry, request.member),
        "is_mine": item.claimed_by_id == request.member.pk,
    }  # fmt: skip
    return page(request, "trust/item.html", context, refusal)


def _whats(item: ReviewItem) -> tuple[tuple[str, str], ...]:
    """Return what this item can be answered with: a reported profile cannot be hidden or taken away."""
    return WHATS["person" if (item.kind, item.subject_kind) == ("flags", PERSON) else item.kind]


def _decide_many(request: SignedInRequest) -> HttpResponse:
    """Decide the same about the ticked items, with one way back."""
    ids = [pk for pk in map(number, request.POST.getlist("item")[: limits.BULK_ITEMS_MAX]) if pk]
    items = list(in_sight(list(items_reviewable_by(request.member).filter(pk__in=ids)), request.member))
    back = reverse("review")
    if not items:
        messages.error(request, _("Tick what the decision is about first."))
        return HttpResponseRedirect(back)
    try:
        batch = actions.decide_many(items, ruling_of(request.POST, request.viewer), by=request.member)
    except REFUSALS as refusal:
        return refused(request, refusal, back)
    for item, why in batch.skipped:
        messages.warning(request, f"#{item.pk}: {why}")
    return HttpResponseRedirect(f"{back}?undo={batch.token}&count={len(batch.decisions)}")


def _chosen(request: SignedInRequest) -> QueueFilter:
    """Return what of the queue the address asks for."""
    kind = request.GET.get("kind", "")
    state = "decided" if request.GET.get("state") == "decided" else "open"
    least = number(request.GET.get("score"))
    return QueueFilter(
        kind if kind in labels.KINDS else "", number(request.GET.get("space")), state, float(least) if least else None
    )


def _keep(chosen: QueueFilter) -> dict[str, str]:
    """Return the filter as parameters, for links that keep it."""
    kept = {
        "kind": chosen.kind,
        "space": str(chosen.space_id or ""),
        "state": chosen.state if chosen.state != "open" else "",
        "score": str(int(chosen.score_least)) if chosen.score_least else "",
    }
    return {name: value for name, value in kept.items() if value}


def _spaces(request: SignedInRequest) -> list[tuple[str, str]]:
    """Return (id, name) of the spaces that items are about, as far as their room tells."""
    ids = items_reviewable_by(request.member).filter(state="open").exclude(space_id=None)
    keys = ids.order_by("space_id").values_list("space_id", flat=True).distinct()[:60]
    named = shown_many([Subject("hangout.space", str(pk)) for pk in keys], request.member)
    return [(subject.id, thing.title) for subject, thing in named.items()]
