"""Programmes at the desk: what they are called, whether they are open, their shelves, and the editor of their rules."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from patogh.ideas.actions import programmes as actions
from patogh.ideas.errors import BadProgramme
from patogh.ideas.models import Category, Programme
from patogh.ideas.queries import desk
from patogh.ideas.queries.rules import versions_of
from patogh.ideas.terms import DEFAULTS, FIELDS, terms_of
from patogh.ideas.views import team_terms
from patogh.ideas.views.team_answers import REFUSALS, clean, done, number, page, refused
from patogh.kit.errors import NotFound, PatoghError
from patogh.people.http import SignedInRequest, allowed

POSITION = 100


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("ideas.rules")
def programmes(request: SignedInRequest) -> HttpResponse:
    """Show the programmes; a POST makes one, in preparation, with the usual rules."""
    refusal: PatoghError | None = None
    if request.method == "POST":
        try:
            made = actions.open_programme(_facts(request), DEFAULTS, by=request.member, state="preparing")
        except REFUSALS as error:
            refusal = error
        else:
            return done(
                request,
                _("It is in preparation: nobody else sees it yet."),
                reverse("team_programme", args=[made.slug]),
            )
    rows = list(Programme.objects.select_related("rules").order_by("position", "pk")[:200])
    return page(request, "programmes", {"rows": rows, "states": STATES}, refusal)


def _facts(request: SignedInRequest, slug: str = "") -> actions.Facts:
    """Return what the form says of a programme; raises BadProgramme for a place that is no number."""
    said = {name: clean(request.POST.get(name)) for name in ("name", "name_en", "about", "about_en")}
    place = number(request.POST.get("position") or str(POSITION))
    if place is None:
        raise BadProgramme(field="position")
    return actions.Facts(slug=slug or clean(request.POST.get("slug")), position=place, **said)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("ideas.rules")
def programme(request: SignedInRequest, slug: str) -> HttpResponse:
    """Show a programme to whoever runs it; a POST changes what it is called and about."""
    found = _of(slug)
    refusal: PatoghError | None = None
    if request.method == "POST":
        try:
            actions.edit_programme(found, _facts(request, found.slug), by=request.member)
        except REFUSALS as error:
            refusal = error
        else:
            return done(request, _("Saved."), reverse("team_programme", args=[found.slug]))
    context = {
        "programme": found, "load": desk.load_of(found), "terms": terms_of(found.rules) if found.rules else DEFAULTS, "states": STATES,
        "shelves": list(Category.objects.filter(programme=found).order_by("position", "pk")), "batches": desk.batches(programme_id=found.pk),
    }  # fmt: skip
    return page(request, "programme", context, refusal)


def _of(slug: str) -> Programme:
    """Return a programme by its address; raises NotFound."""
    found = Programme.objects.select_related("rules").filter(slug=slug).first()
    if found is None:
        raise NotFound
    return found


@require_http_methods(["POST"])
@allowed("ideas.rules")
def state(request: SignedInRequest, slug: str) -> HttpResponse:
    """Open, pause or close a programme."""
    found = _of(slug)
    back = reverse("team_programme", args=[found.slug])
    try:
        actions.set_programme_state(found, request.POST.get("state", ""), by=request.member)
    except REFUSALS as refusal:
        return refused(request, refusal, back)
    return done(request, _("This holds from now on."), back)


@require_http_methods(["POST"])
@allowed("ideas.rules")
def shelves(request: SignedInRequest, slug: str) -> HttpResponse:
    """Put a category, or change the one with this address."""
    found = _of(slug)
    back = reverse("team_programme", args=[found.slug])
    typed = request.POST
    place = number(typed.get("position") or str(POSITION))
    shelf = actions.Shelf(
        clean(typed.get("slug")), clean(typed.get("name")), clean(typed.get("name_en")), min(place or POSITION, 100_000)
    )
    try:
        actions.put_category(found, shelf, by=request.member)
    except REFUSALS as refusal:
        return refused(request, refusal, back)
    return done(request, _("Saved."), back)


@require_http_methods(["DELETE"])
@allowed("ideas.rules")
def shelf(request: SignedInRequest, slug: str, shelf_id: int) -> HttpResponse:
    """Offer a category no more."""
    found = Category.objects.select_related("programme").filter(pk=shelf_id, programme=_of(slug)).first()
    if found is None:
        raise NotFound
    actions.retire_category(found, by=request.member)
    return done(request, _("Ideas on it stay; new ones cannot choose it."), reverse("team_programme", args=[slug]))


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("ideas.rules")
def rules(request: SignedInRequest, slug: str) -> HttpResponse:
    """Show the rules as a form; a POST shows the difference to the running version, or makes a new version."""
    found = _of(slug)
    now = terms_of(found.rules) if found.rules else DEFAULTS
    typed: Any = request.POST if request.method == "POST" else team_terms.typed_of(now)
    context: dict[str, Any] = {
        "programme": found,
        "typed": typed,
        "versions": versions_of(found)[:20],
        "T": team_terms,
        "FIELDS": FIELDS,
    }
    refusal: PatoghError | None = None
    if request.method == "POST":
        try:
            wished = team_terms.terms_from(typed)
            if typed.get("step") == "save":
                version = actions.change_rules(
                    found, wished, note=clean(typed.get("note")), note_en=clean(typed.get("note_en")), by=request.member
                )
                sentence = _("Version %(num)s holds for ideas that are begun from now on.") % {"num": version.number}
                return done(request, sentence, reverse("team_programme", args=[found.slug]))
            context |= {"preview": wished, "changes": team_terms.difference(now, wished)}
        except REFUSALS as error:
            refusal = error
    return page(request, "rules", context, refusal)


STATES = [
    ("preparing", gettext_lazy("in preparation")),
    ("open", gettext_lazy("open")),
    ("paused", gettext_lazy("paused")),
    ("closed", gettext_lazy("closed")),
]
