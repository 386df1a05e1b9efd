"""The builder: rows or text, the count and examples while one writes, saving."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from patogh.kit.errors import Conflict, Invalid
from patogh.looks import pages
from patogh.people.http import SignedInRequest, allowed
from patogh.people.queries import may
from patogh.segments import actions, building, limits
from patogh.segments.asking.batch import of_persons
from patogh.segments.asking.estimating import counted, look
from patogh.segments.asking.reasons import reasons
from patogh.segments.errors import BadRule
from patogh.segments.models import RuleCount, Segment
from patogh.segments.queries import segments as queries
from patogh.segments.rules.printing import text_of
from patogh.segments.rules.reading import parse
from patogh.segments.rules.sentences import sentence_of

PAGE = "segments/team_segment_rule.html"


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("segments.edit")
@never_cache
def team_segment_new(request: SignedInRequest) -> HttpResponseBase:
    """Build a segment; a POST looks at what was built so far, or saves it."""
    if request.method != "POST":
        return pages.render(
            request, PAGE, _facts(request, None, ("all", [building.Row(amount="2", when="within")]), "")
        )
    return _built(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("segments.edit")
@never_cache
def team_segment_rule(request: SignedInRequest, segment_id: int) -> HttpResponseBase:
    """Change what a segment is called and its rule."""
    segment = queries.one(request.member, segment_id)
    if request.method == "POST":
        return _built(request, segment)
    text = queries.version_of(segment).text
    return pages.render(request, PAGE, _facts(request, segment, _as_rows(text), text))


@require_safe
@allowed("segments.edit")
@never_cache
def team_segment_count(request: SignedInRequest, digest: str) -> HttpResponseBase:
    """Give the exact count of a rule, or how far the counting is."""
    row = RuleCount.objects.filter(digest=digest).first()
    facts = {"waited": row, "exact": counted(row.text) if row else None, "at": _share(row)}
    return pages.part(request, f"{PAGE}#exact", facts)


def _built(request: SignedInRequest, segment: Segment | None) -> HttpResponseBase:
    """Answer what was posted: htmx gets the part it aims at, everybody else the page, unless it is saved."""
    data = request.POST
    join = "any" if data.get("join") == "any" else "all"
    rows = _stepped(building.posted(data), data.get("do", ""))
    slug = segment.slug if segment else ""
    text, fault = _text_of(data.get("mode", ""), data.get("rule", ""), join, rows, slug)
    if data.get("do") == "save" and not fault:
        fault, saved = _saved(request, segment, text)
        if saved is not None:
            return redirect("team_segment", saved.pk)
    facts = _facts(request, segment, (join, rows), text, fault)
    aimed = request.headers.get("HX-Target", "").rpartition("#")[2]
    if pages.wants_part(request) and aimed in {"segment-rows", "segment-look"}:
        return pages.part(
            request, f"{PAGE}#{'rows' if aimed == 'segment-rows' else 'look'}", {**facts, "is_part": True}
        )
    return pages.render(request, PAGE, facts, status=400 if fault and data.get("do") == "save" else 200)


def _saved(request: SignedInRequest, segment: Segment | None, text: str) -> tuple[str, Segment | None]:
    """Save what was built; return what is wrong, or the segment."""
    name, about = request.POST.get("name", ""), request.POST.get("about", "")
    try:
        if segment is None:
            made = actions.make_segment(name, text, by=request.member, about=about)
        else:
            made = actions.edit_segment(segment, name, about, by=request.member)
            made = actions.change_rule(made, text, by=request.member)
    except (Invalid, Conflict) as refusal:
        return str(refusal), None
    messages.success(request, _("The segment is saved. Its rule is being asked of everybody."))
    return "", made


def _stepped(rows: list[building.Row], do: str) -> list[building.Row]:
    """Return the rows after one was added or taken away."""
    if do == "add" and len(rows) < limits.BUILDER_ROWS_MAX:
        return [*rows, building.Row()]
    verb, _colon, at = do.partition(":")
    if verb == "drop" and at.isdecimal() and len(rows) > 1:
        return [row for place, row in enumerate(rows) if place != int(at)]
    return rows or [building.Row()]


def _text_of(mode: str, typed: str, join: str, rows: list[building.Row], slug: str = "") -> tuple[str, str]:
    """Return the rule as text, and what is wrong with it in the segment of this slug."""
    try:
        text = typed if mode == "text" else building.rule_text(join, rows)
        return (text if mode == "text" else text_of(parse(text))), _checked(text, slug)
    except BadRule as refusal:
        return typed, str(refusal)


def _checked(text: str, slug: str) -> str:
    parse(text, within=slug)
    return ""


def _as_rows(text: str) -> tuple[str, list[building.Row]]:
    """Return a rule as rows; none where rows cannot say it."""
    try:
        found = building.rows_of(parse(text))
    except BadRule:
        found = None
    return found or ("all", [])


def _facts(
    request: SignedInRequest, segment: Segment | None, built: tuple[str, list[building.Row]], text: str, fault: str = ""
) -> dict[str, Any]:
    """Return what the builder shows; `built` is how rows are joined, and the rows."""
    join, rows = built
    posted, language = request.POST, request.viewer.language
    mode = posted.get("mode") or request.GET.get("mode") or ("rows" if rows else "text")
    if not text and not fault:
        text, fault = _text_of("rows", "", join, rows)
    return {
        "segment": segment, "join": join, "rows": [(row, building.row_facts(row)) for row in rows], "text": text, "fault": fault,
        "mode": "text" if mode == "text" else "rows", "name": posted.get("name", segment.name if segment else ""),
        "about": posted.get("about", segment.about if segment else ""), "choices": building.choices(language),
        "purposes": building.purpose_choices(language), "channels": building.channel_choices(), "limits": limits,
        "currencies": building.currency_choices(language),
        **({} if fault else _looked(request, text)),
    }  # fmt: skip


def _looked(request: SignedInRequest, text: str) -> dict[str, Any]:
    """Return the sentence, the count and the examples of a rule."""
    rule = parse(text)
    looked = look(rule)
    examples: list[tuple[queries.Shown, list[str]]] = []
    if may(request.member, "persons.see"):
        few = looked.found[: limits.EXAMPLES_MAX]
        why = reasons(rule, of_persons(few, timezone.now()), request.viewer)
        examples = [(one, why.get(one.person, [])) for one in queries.shown(few)]
    waited = None if looked.count.is_exact else actions.ask_count(text_of(rule))
    return {
        "sentence": sentence_of(rule, request.viewer), "count": looked.count, "examples": examples, "waited": waited,
        "exact": None, "at": _share(waited),
    }  # fmt: skip


def _share(row: RuleCount | None) -> float:
    return min(1.0, row.asked_count / row.total_count) if row and row.total_count else 0.0
