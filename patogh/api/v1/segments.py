"""Segments for those who look after people: rules, members, and the count of a rule."""

from __future__ import annotations

import copy
from typing import Any

from django.http import HttpResponse
from ninja import Query

from patogh.api.v1.house import Ask, Doors
from patogh.api.v1.lists import page
from patogh.api.v1.shapes import segments as shapes
from patogh.api.v1.shapes.common import Key, PageAsk, Rows
from patogh.kit.errors import NotFound
from patogh.people.models import Member
from patogh.people.queries import may
from patogh.segments.asking.estimating import look
from patogh.segments.models import Segment
from patogh.segments.queries import segments as queries
from patogh.segments.rules.printing import text_of
from patogh.segments.rules.reading import parse
from patogh.segments.rules.sentences import sentence_of

doors = Doors("segments")


@doors.get("/segments", Rows[shapes.Segment], "read:segments")
def list_segments(request: Ask, response: HttpResponse, ask: Query[PageAsk]) -> Any:
    """List the segments, the newest first; for those who may see them."""
    seer = _seer(request)
    rows = queries.segments(seer, size=ask.limit, after=ask.after or None)
    texts = queries.texts(rows.items)
    return page(request, response, [_segment(request, seer, row, texts[row.pk]) for row in rows], rows.next)


@doors.get("/segments/{segment}", shapes.Segment, "read:segments")
def read_segment(request: Ask, segment: Key) -> Any:
    """Read one segment with its rule, as text and in words."""
    seer = _seer(request)
    row = queries.one(seer, segment)
    return _segment(request, seer, row, queries.version_of(row).text)


@doors.get("/segments/{segment}/members", Rows[shapes.SegmentMember], "read:segments")
def list_segment_members(request: Ask, response: HttpResponse, segment: Key, ask: Query[PageAsk]) -> Any:
    """List who is in a segment, who came last first; for those who may see persons."""
    seer = _seer(request)
    rows = queries.members(queries.one(seer, segment), seer, size=ask.limit, after=ask.after or None)
    since = {row.person_id: row.entered_at for row in rows}
    people = [
        {"person": str(one.person), "identity": one.name, "kind": one.kind, "handle": one.member.handle if one.member else None, "entered_at": one.since}
        for one in queries.shown(list(since), since)
    ]  # fmt: skip
    return page(request, response, people, rows.next)


@doors.get("/rule-count", shapes.RuleCount, "read:segments")
def count_rule(request: Ask, ask: Query[shapes.RuleAsk]) -> Any:
    """Count how many people a rule fits, exactly or from a sample; for those who may see persons."""
    if not may(_seer(request), "persons.see"):
        raise NotFound
    rule = parse(ask.rule)
    count = look(rule).count
    return {
        "rule": text_of(rule), "words": sentence_of(rule, request.viewer), "people": count.members, "low": count.low, "high": count.high,
        "is_exact": count.is_exact, "sample": count.slots,
    }  # fmt: skip


def _seer(request: Ask) -> Member:
    """Return whoever asks in all their offices, if they may see segments; raises NotFound."""
    member = copy.copy(request.member)
    member.roles = request.caller.roles
    if not may(member, "segments.see"):
        raise NotFound
    return member


def _segment(request: Ask, seer: Member, row: Segment, text: str) -> dict[str, Any]:
    return {
        "id": row.pk, "name": row.name, "about": row.about, "state": row.state, "rule": text, "words": queries.in_words(text, request.viewer),
        "version": row.version, "people": queries.shown_count(row.members_count, seer),
    }  # fmt: skip
