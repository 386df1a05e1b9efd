"""Segments in the neutral folder (docs/neutral-format.md): their rules with all wordings. Who is in them is asked anew where they come."""

from __future__ import annotations

import re
import sys
from typing import Any, Final

from patogh.kit.hooks import hookimpl, plug
from patogh.segments import limits
from patogh.segments.actions import coming
from patogh.segments.models import Segment

_SLUG: Final = re.compile(r"[-\w]{1,60}")


@hookimpl
def export_sheets() -> list[dict[str, Any]]:
    """Return the sheets of segments."""
    return [
        {
            "name": "segments", "label": "segments.Segment", "skip": ("members_count", "broken_why"), "keyed": True, "same_by": "slug",
            "required": ("slug", "name"), "ready": _segment,
        },
        {
            "name": "segment_versions", "label": "segments.SegmentVersion", "required": ("segment", "number", "text"), "ready": _version,
            "skip": ("last_person", "asking_until", "asked_count", "total_count", "entered_count", "left_count", "filled_at"),
        },
    ]  # fmt: skip


@hookimpl
def sheets_came(came: Any) -> None:
    """Have the rules that came asked of everybody here."""
    coming.settle_segments(came("segments"))


def _segment(values: dict[str, Any]) -> str:
    """Complete a segment; it is filled anew unless it was paused, and two in use have two names."""
    slug = str(values["slug"])
    if not _SLUG.fullmatch(slug):
        return "its slug has something else than letters, digits, - and _"
    if not values.get("retired_at") and values.get("state") != "paused":
        values["state"] = "filling"
    values["version"] = values.get("version") or 1
    taken = Segment.objects.filter(name=values["name"], retired_at=None).exclude(slug=slug)
    if not values.get("retired_at") and taken.exists():
        values["name"] = f"{str(values['name'])[: limits.NAME_CHARS_MAX - 24]} ({slug[:20]})"
    return "" if 1 <= values["version"] < 2**31 else "its version is no number of a rule"


def _version(values: dict[str, Any]) -> str:
    """Let no wording come behind the one in force: of a segment that was here already the rule here stands."""
    segment = Segment.objects.filter(pk=values["segment"] or 0).first()
    if segment is not None and not 1 <= values["number"] <= segment.version:
        return "its segment has another rule here, or never had so many"
    if not str(values["text"]).strip() or len(str(values["text"])) > limits.RULE_CHARS_MAX:
        return "its rule is empty or too long"
    return ""


plug(sys.modules[__name__])
