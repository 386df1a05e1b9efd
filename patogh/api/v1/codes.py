"""Codes that are shared: for those who look after the shop, and each member's own."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from ninja import Query, Status

from patogh.api.v1.house import Ask, Doors
from patogh.api.v1.lists import page
from patogh.api.v1.shapes import codes as shapes
from patogh.api.v1.shapes.common import Key, PageAsk, Rows
from patogh.api.v1.shop import keeper
from patogh.shop import actions
from patogh.shop.actions import CodeFacts
from patogh.shop.models import Code, Redemption
from patogh.shop.queries import codes
from patogh.shop.words import CODE_WHY

doors = Doors("codes")
OWN = ("code", "reward_kind", "reward_value", "unit", "uses_max", "is_for_new", "starts_at", "ends_at", "created_at")
MORE = ("campaign", "uses_per_person_max", "net_minor_min", "version")


@doors.get("/codes", Rows[shapes.Code], "read:shop")
def list_codes(request: Ask, response: HttpResponse, ask: Query[PageAsk]) -> Any:
    """List the codes, the newest first; for those who look after the shop."""
    keeper(request)
    rows = codes.codes(size=ask.limit, after=ask.after or None)
    return page(request, response, [_code(row) for row in rows], rows.next)


@doors.post("/codes", shapes.Code, "write:shop")
def make_code(request: Ask, body: shapes.NewCode) -> Any:
    """Make a code of a member or of a campaign; for those who look after the shop."""
    by = keeper(request)
    said = body.model_dump(exclude={"owner"})
    return Status(201, _code(actions.make_code(CodeFacts(**said, owner=codes.owner_called(body.owner)), by=by)))


@doors.get("/codes/{shared_code}", shapes.Code, "read:shop")
def read_code(request: Ask, shared_code: Key) -> Any:
    """Read one code with what is left of it; for those who look after the shop."""
    keeper(request)
    return _code(codes.one_code(shared_code))


@doors.end("/codes/{shared_code}", shapes.Code, "write:shop")
def close_code(request: Ask, shared_code: Key) -> Any:
    """Let a code count for no order from now on; what was counted stays. For those who look after the shop."""
    by = keeper(request)
    return _code(actions.close_code(codes.one_code(shared_code), by=by))


@doors.get("/codes/{shared_code}/redemptions", Rows[shapes.Redemption], "read:shop")
def list_redemptions(request: Ask, response: HttpResponse, shared_code: Key, ask: Query[PageAsk]) -> Any:
    """List the orders that were placed with a code, the newest first, without who bought; for those who look after the shop."""
    keeper(request)
    row = codes.one_code(shared_code)
    rows = codes.redemptions(row, size=ask.limit, after=ask.after or None)
    return page(request, response, [_redemption(one, row) for one in rows], rows.next)


@doors.post("/codes/{shared_code}/redemptions", shapes.Redemption, "write:shop", status=200)
def redeem_code(request: Ask, shared_code: Key, body: shapes.NewRedemption) -> Any:
    """Count an order for a code, within the code's limits; a second time changes nothing. For those who look after the shop."""
    by = keeper(request)
    row = codes.one_code(shared_code)
    return _redemption(actions.redeem_code(row.code, body.source, body.order, by=by), row)


@doors.get("/me/codes", Rows[shapes.OwnCode], "read:me")
def list_own_codes(request: Ask) -> Any:
    """List one's own codes with their links, the newest first: how often each was used, never by whom."""
    return {"items": [_own(row) for row in codes.codes_of(request.member)], "next": None}


@doors.post("/me/codes", shapes.OwnCode, "write:me")
def ask_code(request: Ask) -> Any:
    """Ask for a code of one's own, where the brand's rule gives one; 403 says why it does not."""
    return Status(201, _own(actions.ask_code(by=request.member)))


@doors.end("/me/codes/{shared_code}", shapes.OwnCode, "write:me")
def close_own_code(request: Ask, shared_code: Key) -> Any:
    """Close a code of one's own; it counts for no order from now on."""
    return _own(actions.close_code(codes.own_code(request.member, shared_code), by=request.member))


def _own(row: Code) -> dict[str, Any]:
    return {name: getattr(row, name) for name in OWN} | {
        "id": row.pk, "link": codes.link_of(row), "is_open": codes.is_open(row), "uses": row.uses_count, "clicks": row.clicks_count,
        "uses_left": None if row.uses_max is None else row.uses_max - row.uses_count,
    }  # fmt: skip


def _code(row: Code) -> dict[str, Any]:
    owner = row.owner.handle if row.owner else None
    return _own(row) | {name: getattr(row, name) for name in MORE} | {"owner": owner, "asked": row.is_asked}


def _redemption(row: Redemption, code: Code) -> dict[str, Any]:
    order = row.order
    return {
        "id": row.pk, "code": code.code, "order": order.pk, "source": order.source, "number": order.number, "net_minor": order.net_minor,
        "unit": order.unit, "state": row.state, "why": row.why, "reason": str(CODE_WHY.get(row.why, "")), "redeemed_at": row.redeemed_at,
        "changed_at": row.changed_at,
    }  # fmt: skip
