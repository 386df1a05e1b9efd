"""What the team settles: the terms of this installation and its word lists."""

from __future__ import annotations

from itertools import groupby

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from patogh.kit.errors import NotFound, PatoghError
from patogh.people.http import SignedInRequest, allowed
from patogh.trust import actions, sentences
from patogh.trust.errors import UnknownTerm
from patogh.trust.models import ListedWord
from patogh.trust.nouns import Reason
from patogh.trust.queries import forget_terms, hits, words_page
from patogh.trust.queries import terms as terms_now
from patogh.trust.terms import TERMS
from patogh.trust.views.answers import REFUSALS, clean, done, number, page, refused


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("manage_roles")
def terms(request: SignedInRequest) -> HttpResponse:
    """Show what this installation asks and allows, with the published defaults beside; a POST changes it."""
    refusal: PatoghError | None = None
    if request.method == "POST":
        try:
            actions.change_terms(_typed(request), by=request.member)
        except REFUSALS as error:
            refusal = error
        else:
            forget_terms()
            return done(request, _("This holds from now on."), reverse("team_trust"))
    return page(request, "trust/terms.html", {"groups": _groups(request), "now": terms_now()}, refusal)


def _typed(request: SignedInRequest) -> dict[str, int | str]:
    """Return the terms that the form gives; raises UnknownTerm for what is no number."""
    found: dict[str, int | str] = {}
    for name, term in TERMS.items():
        typed = request.POST.get(name)
        if typed is None:
            continue
        if term.choices:
            found[name] = typed
            continue
        value = number(typed)
        if value is None:
            raise UnknownTerm(least=term.least, most=term.most, field=name)
        found[name] = value
    return found


def _groups(request: SignedInRequest) -> list[tuple[str, list[tuple[str, object, str]]]]:
    """Return (group, [(name, term, value as typed or as it is)])."""
    now = terms_now()
    rows = [(name, term, request.POST.get(name, str(now[name]))) for name, term in TERMS.items()]
    return [(group, list(found)) for group, found in groupby(rows, key=lambda row: row[1].group)]


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("moderate")
def words(request: SignedInRequest) -> HttpResponse:
    """Show the house's own words and try a sentence on all lists; a POST lists a word."""
    refusal: PatoghError | None = None
    tried = clean(request.POST.get("sentence", ""))[:5_000]
    if request.method == "POST" and "sentence" not in request.POST:
        said = request.POST
        try:
            actions.list_word(
                said.get("word", ""),
                said.get("category", ""),
                by=request.member,
                is_allowed=said.get("is_allowed") == "1",
            )
        except REFUSALS as error:
            refusal = error
        else:
            return done(request, _("The word stands on the list."), reverse("team_words"))
    found = words_page(after=request.GET.get("after"), before=request.GET.get("before"))
    context = {
        "found": found, "tried": tried, "hits": _noticed(tried),
        "typed": request.POST,
    }  # fmt: skip
    return page(request, "trust/words.html#tried", context, refusal)


def _noticed(sentence: str) -> list[str]:
    """Return what the word lists find in a sentence."""
    found = [{"word": hit.word, "category": hit.category, "found": hit.found} for hit in hits(sentence)]
    return [sentences.of_reason(Reason("listed_word", 1.5, facts)) for facts in found]


@require_http_methods(["DELETE"])
@allowed("moderate")
def word(request: SignedInRequest, word_id: int) -> HttpResponse:
    """Take a word off the house's list."""
    row = ListedWord.objects.filter(pk=word_id, lifted_at=None).first()
    if row is None:
        raise NotFound
    try:
        actions.unlist_word(row, by=request.member)
    except REFUSALS as refusal:
        return refused(request, refusal, reverse("team_words"))
    return done(request, _("The word is off the list."), reverse("team_words"))
