"""A member's side of moderation: reports, what waits, blocks, decisions about one's own things, appeals."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from ninja import Query

from patogh.api import queries
from patogh.api.v1.house import Ask, Doors
from patogh.api.v1.lists import page
from patogh.api.v1.shapes.care import Appeal, Blocked, Decision, Flag, NewAppeal, NewFlag, Waiting
from patogh.api.v1.shapes.common import Handle, Key, PageAsk, Rows
from patogh.kit.errors import NotFound
from patogh.kit.pages import Order, Page, paged
from patogh.people.queries import member_at
from patogh.trust import actions
from patogh.trust.models import Appeal as AppealRow
from patogh.trust.models import Block
from patogh.trust.models import Decision as DecisionRow
from patogh.trust.models import Flag as FlagRow
from patogh.trust.models import Held as HeldRow
from patogh.trust.nouns import Subject
from patogh.trust.queries import held_by, is_open_to_appeal

doors = Doors("moderation")


@doors.post("/posts/{post}/flags", Flag, "write:posts")
def flag_post(request: Ask, post: Key, body: NewFlag) -> Any:
    """Report a post to the moderators."""
    return _flag(actions.flag(Subject("hangout.post", str(post)), body.reason, body.words, by=request.member))


@doors.get("/me/flags", Rows[Flag], "read:me")
def list_flags(request: Ask, response: HttpResponse, ask: Query[PageAsk]) -> Any:
    """List one's reports and what became of them, the newest first."""
    mine = FlagRow.objects.filter(by=request.member)
    rows: Page[FlagRow] = paged(mine, Order("created_at"), size=ask.limit, after=ask.after or None)
    return page(request, response, [_flag(row) for row in rows], rows.next)


@doors.end("/me/flags/{flag}", None, "write:posts")
def withdraw_flag(request: Ask, flag: Key) -> Any:
    """Take a report back."""
    actions.withdraw_flag(_mine(FlagRow.objects.filter(by=request.member), flag), by=request.member)


@doors.get("/me/waiting", Rows[Waiting], "read:me")
def list_waiting(request: Ask) -> Any:
    """List what one has written and a moderator looks at first, with the reasons."""
    rows = [
        {
            "id": row.pk,
            "kind": row.kind,
            "title": row.title,
            "text": row.text,
            "reasons": queries.reasons(row),
            "held_at": row.held_at,
        }
        for row in held_by(request.member)
    ]
    return {"items": rows, "next": None}


@doors.end("/me/waiting/{text}", None, "write:posts")
def withdraw_waiting(request: Ask, text: Key) -> Any:
    """Take back what waits for a moderator."""
    actions.withdraw_held(
        _mine(HeldRow.objects.filter(author=request.member, state="waiting"), text), by=request.member
    )


@doors.get("/me/blocks", Rows[Blocked], "read:me")
def list_blocks(request: Ask, response: HttpResponse, ask: Query[PageAsk]) -> Any:
    """List whom one blocks, the newest first."""
    mine = Block.objects.filter(member=request.member).select_related("blocked")
    rows: Page[Block] = paged(mine, Order("created_at"), size=ask.limit, after=ask.after or None)
    said = [{"person": queries.person(row.blocked), "since": row.created_at} for row in rows]
    return page(request, response, said, rows.next)


@doors.put("/members/{handle}/block", None, "write:members")
def block_member(request: Ask, handle: Handle) -> Any:
    """Block a member, who is not told."""
    actions.block_member(member_at(handle, request.member), by=request.member)


@doors.end("/members/{handle}/block", None, "write:members")
def unblock_member(request: Ask, handle: Handle) -> Any:
    """End a block."""
    actions.unblock_member(member_at(handle, request.member), by=request.member)


@doors.get("/me/decisions", Rows[Decision], "read:me")
def list_decisions(request: Ask, response: HttpResponse, ask: Query[PageAsk]) -> Any:
    """List what moderators decided about one's own things, and why, the newest first."""
    mine = DecisionRow.objects.filter(member=request.member).select_related("appeal")
    rows: Page[DecisionRow] = paged(mine, Order("decided_at"), size=ask.limit, after=ask.after or None)
    return page(request, response, [_decision(row) for row in rows], rows.next)


@doors.post("/me/decisions/{decision}/appeals", Appeal, "write:me")
def appeal(request: Ask, decision: Key, body: NewAppeal) -> Any:
    """Speak against a decision; another moderator answers."""
    row = _mine(DecisionRow.objects.filter(member=request.member), decision)
    return appeal_said(actions.appeal(row, body.words, by=request.member))


@doors.get("/me/appeals", Rows[Appeal], "read:me")
def list_appeals(request: Ask, response: HttpResponse, ask: Query[PageAsk]) -> Any:
    """List one's appeals and their answers, the newest first."""
    mine = AppealRow.objects.filter(by=request.member)
    rows: Page[AppealRow] = paged(mine, Order("opened_at"), size=ask.limit, after=ask.after or None)
    return page(request, response, [appeal_said(row) for row in rows], rows.next)


@doors.end("/me/appeals/{appeal}", None, "write:me")
def withdraw_appeal(request: Ask, appeal: Key) -> Any:
    """Take an appeal back that nobody has answered yet."""
    actions.withdraw_appeal(_mine(AppealRow.objects.filter(by=request.member), appeal), by=request.member)


def appeal_said(row: AppealRow) -> dict[str, Any]:
    """Return an appeal as it is shown."""
    return {
        "id": row.pk, "decision": row.decision_id, "words": row.words, "outcome": row.outcome, "answer": row.answer, "opened_at": row.opened_at,
    }  # fmt: skip


def _mine(rows: Any, pk: int) -> Any:
    row = rows.filter(pk=pk).first()
    if row is None:
        raise NotFound
    return row


def _flag(row: FlagRow) -> dict[str, Any]:
    names = ("subject_kind", "subject_id", "reason", "words", "outcome", "created_at")
    return {"id": row.pk, **{name: getattr(row, name) for name in names}, "is_withdrawn": row.withdrawn_at is not None}


def _decision(row: DecisionRow) -> dict[str, Any]:
    names = ("subject_kind", "subject_id", "what", "sanction", "reason", "words", "decided_at")
    can_appeal = getattr(row, "appeal", None) is None and is_open_to_appeal(row)
    said = {name: getattr(row, name) for name in names}
    return {"id": row.pk, **said, "is_lifted": row.lifted_at is not None, "can_appeal": can_appeal}
