"""Forms of ideas: they read what was typed, in any digits, and give every character back when something is refused."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import zip_longest
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict

from patogh.ideas.actions.drafting import Draft
from patogh.ideas.errors import BadMarks, BadShares, NoFile
from patogh.ideas.models import Idea
from patogh.ideas.terms import Worded
from patogh.kit import persian

FACT_ROWS: Final = 12
_PERCENT: Final = re.compile(r"[0-9]{1,3}(?:\.[0-9]{0,2})?")


def draft_typed(post: QueryDict) -> dict[str, Any]:
    """Return a proposal as it was typed, to be shown again with every letter, whatever is refused."""
    typed: dict[str, Any] = {
        name: post.get(name, "") for name in ("title", "lead", "problem", "proposal", "category", "key", "began")
    }
    names, values = post.getlist("fact_name")[:FACT_ROWS], post.getlist("fact_value")[:FACT_ROWS]
    typed["facts"] = [(name[:400], value[:400]) for name, value in zip_longest(names, values, fillvalue="")]
    return typed


def draft_said(typed: dict[str, Any]) -> Draft:
    """Return a proposal as the action takes it."""
    facts = tuple((name, value) for name, value in typed["facts"] if name.strip() or value.strip())
    return Draft(
        typed["title"], typed["lead"], typed["problem"], typed["proposal"], facts, whole(typed["category"]), key=typed["key"] or None
    )  # fmt: skip


def marks_typed(post: QueryDict, questions: Iterable[Worded]) -> dict[str, int]:
    """Return the marks of a form, in any digits; raises BadMarks for one that is none."""
    marks = {}
    for question in questions:
        typed = post.get(f"mark_{question.key}", "").strip()
        if not typed:
            continue
        mark = whole(typed)
        if mark is None:
            raise BadMarks
        marks[question.key] = mark
    return marks


def percent_bps(typed: str) -> int:
    """Return basis points of a percentage in any digits, with at most two places: "۶۰", "33.3", "۱۲٫۵"; raises BadShares."""
    text = persian.digits_en(typed).replace("٫", ".").replace("٪", "").replace("%", "").replace(",", ".").strip()
    if not _PERCENT.fullmatch(text):
        raise BadShares(sum="؟")
    before, _, after = text.partition(".")
    return int(before) * 100 + int(after.ljust(2, "0") or 0)


def file_bytes(file: object, most: int) -> bytes:
    """Return the bytes of an uploaded file, one more than the limit at most; raises NoFile where there is none."""
    if not isinstance(file, UploadedFile):
        raise NoFile
    data: bytes = file.read(most + 1)
    return data


def whole(typed: str | None) -> int | None:
    """Return a whole number typed in any digits, or None for anything else."""
    text = persian.digits_en(typed or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None


def draft_asked(query: QueryDict) -> dict[str, Any]:
    """Return what an address brings along for a new idea: a title, a few words."""
    typed = draft_typed(query)
    return {**typed, "title": typed["title"][:400], "lead": typed["lead"][:1_000], "facts": typed["facts"]}


def typed_of(idea: Idea) -> dict[str, Any]:
    """Return what an idea says now, as its form shows it."""
    facts = [(one["name"], one["value"]) for one in idea.facts]
    return {
        "title": idea.title, "lead": idea.lead, "problem": idea.problem, "proposal": idea.proposal, "facts": facts, "key": "", "began": "",
        "category": str(idea.category_id or ""),
    }  # fmt: skip
