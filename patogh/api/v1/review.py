"""The moderators' side: the queue, decisions and their undo, appeals, sanctions; and the public log."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from django.utils import timezone
from ninja import P, PathEx, Query
from pydantic import Field

from patogh.api import queries
from patogh.api.v1.house import Ask, Doors
from patogh.api.v1.lists import page
from patogh.api.v1.reporting import appeal_said
from patogh.api.v1.shapes.care import Appeal, AppealRuling, Item, LogLine, Made, Ruling, Sanctioning
from patogh.api.v1.shapes.common import Handle, Key, PageAsk, Rows
from patogh.kit.errors import NotFound
from patogh.kit.pages import Order, Page, paged
from patogh.people.queries import member_at
from patogh.trust import actions
from patogh.trust.models import Decision, ReviewItem, Sanction
from patogh.trust.nouns import Ruling as RulingOf
from patogh.trust.queries import (
    Entry,
    appeals_decidable_by,
    entries,
    in_sight,
    item_seen_by,
    items_reviewable_by,
    public_log,
)

doors = Doors("moderation")
Batch = PathEx[
    str, P(min_length=36, max_length=36, pattern="^[0-9a-f-]{36}$", example="0193a1f0-0000-7000-8000-000000000000")
]


class QueueAsk(PageAsk):
    """Which part of the queue."""

    kind: Literal["", "flags", "held", "edit", "sign_up", "age", "appeal"] = Field("", description="Only of this kind.")
    state: Literal["open", "decided"] = Field("open", description="What waits, or what is decided.")


class LogAsk(PageAsk):
    """Which part of the log."""

    reason: Annotated[str, Field(max_length=16, pattern="^[a-z_]*$")] = Field("", description="Only with this reason.")


@doors.get("/review", Rows[Item], "moderate")
def list_review_items(request: Ask, response: HttpResponse, ask: Query[QueueAsk]) -> Any:
    """List what waits for a moderator, what presses most first; or what is decided, the newest first."""
    found = items_reviewable_by(_moderator(request)).filter(state=ask.state)
    found = found.filter(kind=ask.kind) if ask.kind else found
    order = Order("decided_at") if ask.state == "decided" else Order("score")
    rows: Page[ReviewItem] = paged(found, order, size=ask.limit, after=ask.after or None)
    seen = in_sight(rows.items, request.member)
    kept = [item for item in rows.items if item in seen]
    return page(request, response, [_item(entry) for entry in entries(kept, request.member)], rows.next)


@doors.get("/review/{item}", Item, "moderate")
def read_review_item(request: Ask, item: Key) -> Any:
    """Read one item with what stands beside it."""
    return _item(entries([_found(request, item)], request.member)[0])


@doors.post("/review/{item}/decisions", Made, "moderate")
def decide(request: Ask, item: Key, body: Ruling) -> Any:
    """Decide about an item, and perhaps about its author."""
    until = timezone.now() + dt.timedelta(days=body.days) if body.days else None
    said = {name: getattr(body, name) for name in ("what", "reason", "words", "public_reason", "sanction", "text")}
    return _made(actions.decide(_found(request, item), RulingOf(until=until, **said), by=request.member))


@doors.put("/review/{item}/claim", None, "moderate")
def claim_item(request: Ask, item: Key) -> Any:
    """Take an item for a quarter of an hour, so that nobody else works on it."""
    actions.claim_item(_found(request, item), by=request.member)


@doors.end("/review/{item}/claim", None, "moderate")
def release_item(request: Ask, item: Key) -> Any:
    """Let everybody take an item again."""
    actions.release_item(_found(request, item), by=request.member)


@doors.end("/review/batches/{batch}", None, "moderate")
def undo_decisions(request: Ask, batch: Batch) -> Any:
    """Take back what was decided in one go."""
    _moderator(request)
    if not Decision.objects.filter(batch=_uuid(batch)).exists():
        raise NotFound
    actions.undo_decisions(_uuid(batch), by=request.member)


@doors.put("/review/appeals/{appeal}", Appeal, "moderate")
def decide_appeal(request: Ask, appeal: Key, body: AppealRuling) -> Any:
    """Answer an appeal against another moderator's decision."""
    item_seen_by(_moderator(request), kind="appeal", subject_id=str(appeal))
    row = appeals_decidable_by(request.member).filter(pk=appeal).first()
    if row is None:
        raise NotFound
    return appeal_said(actions.decide_appeal(row, body.outcome, body.answer, by=request.member))


@doors.post("/members/{handle}/sanctions", Made, "moderate")
def sanction_member(request: Ask, handle: Handle, body: Sanctioning) -> Any:
    """Warn, silence or suspend a member, who is told why."""
    member = member_at(handle, _moderator(request))
    until = timezone.now() + dt.timedelta(days=body.days) if body.days else None
    ruling = RulingOf("none", body.reason, body.words, body.public_reason, body.sanction, until)
    return _made(actions.sanction_member(member, ruling, by=request.member))


@doors.end("/sanctions/{sanction}", None, "moderate")
def lift_sanction(request: Ask, sanction: Key) -> Any:
    """End a sanction early."""
    _moderator(request)
    row = Sanction.objects.select_related("member").filter(pk=sanction).first()
    if row is None:
        raise NotFound
    actions.lift_sanction(row, by=request.member)


@doors.get("/moderation-log", Rows[LogLine], "read:topics")
def read_moderation_log(request: Ask, response: HttpResponse, ask: Query[LogAsk]) -> Any:
    """Read what was moderated and why: no names, nobody's words."""
    rows = public_log(after=ask.after or None, reason=ask.reason, size=ask.limit)
    names = ("day", "what", "sanction", "reason", "public_reason", "kind", "by_house", "outcome")
    return page(request, response, [{name: getattr(row, name) for name in names} for row in rows], rows.next)


def _moderator(request: Ask) -> Any:
    """Return the asker; raises NotFound for whoever does not moderate, as if there were no queue."""
    from patogh.hangout.queries.access import moderates

    if not moderates(request.member):
        raise NotFound
    return request.member


def _found(request: Ask, pk: int) -> ReviewItem:
    return item_seen_by(request.member, pk=pk)


def _uuid(said: str) -> uuid.UUID:
    try:
        return uuid.UUID(said)
    except ValueError as error:
        raise NotFound from error


def _made(row: Any) -> dict[str, Any]:
    decision = getattr(row, "decision", row)
    return {"id": decision.pk, "batch": str(decision.batch), "what": decision.what, "sanction": decision.sanction}


def _item(entry: Entry) -> dict[str, Any]:
    item, thing, held = entry.item, entry.thing, entry.held
    reasons = queries.reasons(held) if held else sorted({row.reason for row in entry.flags})
    return {
        "id": item.pk, "kind": item.kind, "subject_kind": item.subject_kind, "subject_id": item.subject_id,
        "title": held.title if held else thing.title if thing else "", "url": thing.url if thing else "",
        "text": held.text if held else thing.text if thing else "", "member": queries.person(item.member), "score": item.score,
        "flags": item.flags_count, "is_hidden": item.is_hidden, "state": item.state, "reasons": reasons,
        "claimed_by": queries.person(item.claimed_by), "opened_at": item.opened_at,
    }  # fmt: skip
