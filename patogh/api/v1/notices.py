"""Notices: listed, and seen."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from ninja import Query

from patogh.api import queries
from patogh.api.v1.house import Ask, Doors
from patogh.api.v1.lists import page
from patogh.api.v1.shapes.common import Key, PageAsk, Rows
from patogh.api.v1.shapes.people import Notice
from patogh.kit.errors import NotFound
from patogh.people import actions
from patogh.people.models import Notice as NoticeRow
from patogh.people.notice_kinds import words_of
from patogh.people.queries import has_notice, notices_page

doors = Doors("notices")


@doors.get("/notices", Rows[Notice], "read:notices")
def list_notices(request: Ask, response: HttpResponse, ask: Query[PageAsk]) -> Any:
    """List one's notices, the newest first."""
    rows = notices_page(request.member, size=ask.limit, after=ask.after or None)
    return page(request, response, [_said(row, request.viewer.language) for row in rows], rows.next)


@doors.put("/notices/seen", None, "write:notices")
def see_notices(request: Ask) -> Any:
    """Say that all of one's notices are seen."""
    actions.see_notices(by=request.member)


@doors.put("/notices/{notice}/seen", None, "write:notices")
def see_notice(request: Ask, notice: Key) -> Any:
    """Say that one notice is seen."""
    if not has_notice(request.member, notice):
        raise NotFound
    actions.see_notice(notice, by=request.member)


def _said(row: NoticeRow, language: str) -> dict[str, Any]:
    return {
        "id": row.pk, "kind": row.kind, "words": words_of(row, language)[1], "title": row.title, "url": row.url,
        "actor": queries.person(row.actor), "count": row.count, "is_read": row.read_at is not None, "happened_at": row.happened_at,
    }  # fmt: skip
