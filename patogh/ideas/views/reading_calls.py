"""The pages about the calls for ideas: a call, its rules in sentences with every version, the odds, the roadmap, the hall."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from patogh.ideas.models import Programme, RuleVersion
from patogh.ideas.queries import access, lists, made, rules
from patogh.ideas.queries.odds import odds
from patogh.ideas.terms import terms_of
from patogh.ideas.views import rule_words
from patogh.ideas.views.reading_idea import common
from patogh.kit import persian
from patogh.kit.errors import NotFound
from patogh.looks import pages
from patogh.looks.assembly import Clock
from patogh.people.http import MemberRequest
from patogh.people.readers import ask_of


@require_safe
def programme(request: MemberRequest, slug: str) -> HttpResponse:
    """Show a call: what it is about, what it promises, its shelves, and what nears a station."""
    found = _programme(request, slug)
    version = rules.version_of(found)
    scope = lists.Scope(found.pk)
    context = {
        **_common(request), "programme": found, "version": version, "terms": terms_of(version), "shelves": lists.categories(found.pk),
        "near": list(lists.ideas_in(scope, "near", size=5)), "sold": list(lists.ideas_in(scope, "made", size=3)),
        "promises": rule_words.promises(terms_of(version), request.viewer), "odds": odds(found),
    }  # fmt: skip
    return pages.render(request, "ideas/programme.html", context)


@require_safe
def programme_rules(request: MemberRequest, slug: str) -> HttpResponse:
    """Show the rules in sentences: those that hold, or an earlier version, and what each version changed."""
    found = _programme(request, slug)
    number = _number(request.GET.get("version", ""))
    version = rules.version_of(found, number)
    versions = rules.versions_of(found)
    context = {
        **_common(request), "programme": found, "version": version, "terms": terms_of(version), "is_running": version.pk == found.rules_id,
        "chapters": rule_words.chapters(terms_of(version), request.viewer), "versions": _changes(versions, request), "turns": made.turns(found),
    }  # fmt: skip
    return pages.render(request, "ideas/rules.html", context)


@require_safe
def odds_page(request: MemberRequest) -> HttpResponse:
    """Show how many ideas got how far, call by call, each share with its interval and its number."""
    shown = [(one, odds(one)) for one in access.programmes(request.member)[:20] if one.rules is not None]
    return pages.render(request, "ideas/odds.html", {**_common(request), "shown": shown})


@require_safe
def roadmap(request: MemberRequest) -> HttpResponse:
    """Show what was approved, what is being made and what is on sale, with its dates and product."""
    return pages.render(request, "ideas/roadmap.html", {**_common(request), "stages": made.roadmap()})


@require_safe
def hall(request: MemberRequest) -> HttpResponse:
    """Show the products that were made with their creators."""
    found = made.hall(after=request.GET.get("after"), before=request.GET.get("before"))
    return pages.render(request, "ideas/made.html", {**_common(request), "rows": found})


def _programme(request: MemberRequest, slug: str) -> Programme:
    found = access.programmes(request.member).filter(slug=slug, rules__isnull=False).first()
    if found is None:
        raise NotFound
    return found


def _number(text: str) -> int | None:
    """Return the number of a version that an address names, None for the running one; raises NotFound for no number."""
    plain = persian.digits_en(text)
    if not plain:
        return None
    if not plain.isdecimal() or len(plain) > 6:
        raise NotFound
    return int(plain)


def _changes(versions: list[RuleVersion], request: MemberRequest) -> list[tuple[RuleVersion, list[str]]]:
    """Return each version with what it changed from the one before, the newest first."""
    pairs = zip(versions, [*versions[1:], None], strict=True)
    return [
        (
            one,
            rule_words.changes(terms_of(before), terms_of(one), request.viewer)
            if before
            else [_("The first version.")],
        )
        for one, before in pairs
    ]


def _common(request: MemberRequest) -> dict[str, Any]:
    return common(ask_of(request, {}), Clock(request.viewer))
