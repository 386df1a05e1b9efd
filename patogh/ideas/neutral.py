"""The ideas in the neutral folder (docs/neutral-format.md): which tables, and what has to be true of a row that comes in.

Contracts and money stay in the house (agreements, products tied to ideas, shares): they are held by its book and its ledger.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

from patogh.ideas import terms
from patogh.ideas.actions import coming, drafting
from patogh.ideas.actions.drafting import Draft
from patogh.ideas.actions.materials import path_of
from patogh.ideas.errors import BadTerms
from patogh.ideas.models import Programme, RuleVersion
from patogh.kit import markup
from patogh.kit.errors import PatoghError

TOKEN: Final = re.compile(r"ideas/[A-Za-z0-9_-]{16,40}")
_COUNTERS: Final = ("version", "ideas_count", "gathering_count", "reviewed_count", "made_count")
# What the moves and the other sheets tell again.
_COPIES: Final = (
    "problem_html", "proposal_html", "picture", "state", "state_since", "milestone", "next_threshold", "missing", "window_ends_at",
    "supporters_count", "followers_count", "comments_count", "feedback_count", "moves_count", "pace", "batch", "version",
)  # fmt: skip


def sheets() -> list[dict[str, Any]]:
    """Return the sheets of the ideas, what others point at before what points at it."""
    return [
        {"name": name, "label": f"ideas.{model}", **more} for name, model, more in (*_calls(), *_ideas(), *_board())
    ]


def _calls() -> list[tuple[str, str, dict[str, Any]]]:
    """Return the sheets of programmes: name, model and the rest."""
    call = {"skip": (*_COUNTERS, "rules"), "keyed": True, "required": ("slug", "name"), "ready": _programme}
    rules = {"skip": ("sha256",), "keyed": True, "required": ("programme", "number", "terms"), "ready": _rules}
    return [
        ("programmes", "Programme", call),
        ("rule_versions", "RuleVersion", rules),
        ("idea_categories", "Category", {"keyed": True, "required": ("programme", "slug", "name")}),
        ("threshold_turns", "ThresholdTurn", {"keyed": True, "required": ("programme", "threshold")}),
    ]


def _ideas() -> list[tuple[str, str, dict[str, Any]]]:
    """Return the sheets of ideas and of all that hangs on one."""
    idea = {
        "skip": _COPIES, "keyed": True, "stays": True, "forward": ("again_of", "merged_into"), "ready": _idea,
        "required": ("programme", "rules", "author", "title", "created_at"), "numbers": (("topic_id", "topics"),),
    }  # fmt: skip
    files = {"keyed": True, "required": ("idea", "kind", "token"), "stored": _stored, "take": _take}
    moves = {"required": ("idea", "number", "move", "source", "target"), "load": coming.load_moves}
    support = {"skip": ("network",), "keyed": True, "required": ("idea", "member", "given_at"), "stays": True}
    news = {"skip": ("html",), "required": ("idea", "author", "text"), "ready": _html("text", "html")}
    asked = {
        "skip": ("answer_html",),
        "required": ("idea", "asked_by", "text"),
        "ready": _html("answer", "answer_html"),
    }
    return [
        ("ideas", "Idea", idea),
        ("idea_makers", "Creator", {"required": ("idea", "member", "share_bps", "state"), "stays": True}),
        ("idea_materials", "Material", files),
        ("idea_moves", "Move", moves),
        ("idea_revisions", "Revision", {"required": ("idea", "number", "said")}),
        ("idea_supports", "Support", support),
        ("idea_answers", "SurveyAnswer", {"required": ("idea", "member")}),
        ("idea_follows", "Follow", {"required": ("idea", "member")}),
        ("idea_updates", "Update", {**news, "keyed": True, "stays": True}),
        ("idea_feedback", "Feedback", {"keyed": True, "required": ("idea", "member", "marks")}),
        ("idea_questions", "Question", {**asked, "keyed": True, "stays": True}),
        ("idea_merges", "Merging", {"keyed": True, "required": ("source", "into", "merged_at")}),
    ]


def _board() -> list[tuple[str, str, dict[str, Any]]]:
    """Return the sheets of the review board."""
    batch = {"skip": ("ideas_count", "decided_count"), "keyed": True, "required": ("programme", "number", "name")}
    decided = {
        "skip": ("trouble",), "required": ("entry", "outcome", "reason", "announced_at"),
        "only": {"announced_at__isnull": False},  # what waits for witnesses waits for those of its own house
    }  # fmt: skip
    return [
        ("idea_rounds", "Batch", batch),
        ("round_ideas", "BatchIdea", {"keyed": True, "required": ("batch", "idea")}),
        ("round_reviewers", "Reviewer", {"required": ("batch", "member")}),
        ("round_interests", "Conflict", {"required": ("entry", "member", "why")}),
        ("round_scores", "Score", {"required": ("entry", "member", "marks"), "stays": True}),
        ("round_notes", "ReviewNote", {"keyed": True, "required": ("entry", "text")}),
        ("round_decisions", "Decision", decided),
    ]


def _programme(values: dict[str, Any]) -> str:
    """Give a call an address that is free here."""
    slug = re.sub(r"[^a-z0-9-]+", "-", str(values["slug"]).lower()).strip("-")[:34]
    if not slug:
        return "its slug has no letter"
    taken = set(Programme.objects.filter(slug__startswith=slug).values_list("slug", flat=True))
    values["slug"] = next(name for name in (slug, *(f"{slug}-{at}" for at in range(2, 10_000))) if name not in taken)
    return ""


def _rules(values: dict[str, Any]) -> str:
    """Check terms as a form's are, and name them by their own hash."""
    try:
        parsed = terms.parse(values["terms"])
    except BadTerms as error:
        return f"its terms cannot be read: {error.field}"
    values |= {"terms": terms.as_json(parsed), "sha256": terms.sha256_of(parsed)}
    return ""


def _idea(values: dict[str, Any]) -> str:
    """Check and render the texts as a form's are; an idea begins as a draft, its moves come behind it."""
    version = RuleVersion.objects.filter(pk=values["rules"]).first() if values["rules"] else None
    if version is not None and version.programme_id != values["programme"]:
        return "its rules are those of another programme"
    facts = [
        (one["name"], one["value"])
        for one in values.get("facts") or []
        if isinstance(one, dict) and {"name", "value"} <= set(one)
    ]
    said = {name: str(values.get(name) or "") for name in ("title", "lead", "problem", "proposal", "language")}
    try:
        draft = Draft(said["title"], said["lead"], said["problem"], said["proposal"], facts, language=said["language"])
        checked = drafting.checked(draft, terms.terms_of(version) if version else terms.DEFAULTS)
    except PatoghError as refusal:
        return f"{refusal.code}: {refusal}"
    values |= checked.values
    stations = values.get("thresholds") or []
    if not isinstance(stations, list) or not all(type(one) is int and 0 < one < 2**31 for one in stations):
        return "its thresholds are no list of numbers"
    values |= {"thresholds": stations, "state": "draft", "state_since": values["created_at"]}
    values["active_at"] = values.get("active_at") or values["created_at"]
    return ""


def _html(source: str, target: str) -> Any:
    """Return what renders one column of a row."""

    def ready(values: dict[str, Any]) -> str:
        text = str(values.get(source) or "")
        values[target] = markup.render(text).html if text else ""
        return ""

    return ready


def _stored(values: dict[str, Any]) -> str:
    """Return where a material lies; nothing for a token that is none of ours."""
    token = str(values.get("token") or "")
    return path_of(token, "model" if values.get("kind") == "model" else "") if TOKEN.fullmatch(token) else ""


def _take(path: Path | None, values: dict[str, Any]) -> str:
    """Take a picture or model over: looked at as an upload is, under its own name where that is free."""
    if path is None:
        return "its file is not in the folder"
    try:
        values.update(
            coming.take_material(path, str(values["kind"]), str(values["token"]), str(values.get("name") or ""))
        )
    except PatoghError as refusal:
        return f"{refusal.code}: {refusal}"
    return ""
