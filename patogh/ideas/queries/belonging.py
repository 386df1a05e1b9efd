"""What ideas keep of a member beside the tables that go out row by row: answers, agreements, shares, words of pictures."""

from __future__ import annotations

import json
from typing import Any

from patogh.ideas.models import Acceptance, Creator, Material, Question, RoyaltyLine
from patogh.people.models import Member


def own_files(member: Member) -> list[tuple[str, bytes]]:
    """Return (path, JSON) of what belongs to a member's own copy of their data; nothing where there is nothing."""
    parts = {
        "answers": _answers(member),
        "agreements": _agreements(member),
        "shares": _shares(member),
        "materials": _materials(member),
    }
    return [(f"ideas/{name}.json", _written(rows)) for name, rows in parts.items() if rows]


def _answers(member: Member) -> list[dict[str, Any]]:
    rows = Question.objects.filter(answered_by=member).order_by("pk")
    return [dict(row) for row in rows.values("idea", "text", "asked_at", "answer", "answered_at")]


def _agreements(member: Member) -> list[dict[str, Any]]:
    """Return what a member agreed to: the texts, and their own part of the share alone."""
    rows = Acceptance.objects.filter(creator__member=member).select_related("agreement").order_by("pk")
    return [
        {
            "idea": row.agreement.idea_id, "version": row.agreement.version, "text": row.agreement.text, "text_en": row.agreement.text_en,
            "bps": row.agreement.bps, "copies": row.agreement.copies, "sha256": row.sha256, "language": row.language,
            "accepted_at": row.accepted_at, "share_bps": _part(row.agreement.shares, row.creator),
        }
        for row in rows
    ]  # fmt: skip


def _part(shares: list[dict[str, Any]], creator: Creator) -> int | None:
    return next((int(one["bps"]) for one in shares if one.get("creator") == creator.pk and "bps" in one), None)


def _shares(member: Member) -> list[dict[str, Any]]:
    rows = RoyaltyLine.objects.filter(creator__member=member).order_by("pk")
    facts = ("net", "bps", "closed_at", "announced_at")
    own = ("share_bps", "carried_in", "amount", "carried_out", "owed_in", "owed_out", "transfer_id")
    names = {"idea": "period__idea", "period": "period__period", "unit": "period__unit"}
    names |= {name: f"period__{name}" for name in facts} | {name: name for name in own}
    return [dict(zip(names, row, strict=True)) for row in rows.values_list(*names.values())]


def _materials(member: Member) -> list[dict[str, Any]]:
    rows = Material.objects.filter(idea__author=member).order_by("pk")
    return [
        dict(row) for row in rows.values("idea", "kind", "token", "name", "alt", "sha256", "size_bytes", "added_at")
    ]


def _written(rows: list[dict[str, Any]]) -> bytes:
    return json.dumps(rows, ensure_ascii=False, indent=1, default=str).encode()
