"""Codes that are shared, and the orders that used them."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from patogh.api.v1.shapes.common import In, Out
from patogh.api.v1.shapes.shop import Minor, Moment, Number, Source, Unit

Reward = Literal["none", "bps", "amount"]
Count = Annotated[int, Field(ge=1, le=10_000_000, json_schema_extra={"format": "int32"}, examples=[50])]


class OwnCode(Out):
    """A code of one's own: its link, what it gives, how often it was followed and used, and what is left. Never by whom."""

    id: int
    code: str
    link: str
    is_open: bool
    reward_kind: str
    reward_value: int
    unit: str
    uses: int
    uses_max: int | None
    uses_left: int | None
    clicks: int
    is_for_new: bool
    starts_at: dt.datetime
    ends_at: dt.datetime | None
    created_at: dt.datetime


class Code(OwnCode):
    """A code: whose it is or for which campaign, and its limits; `asked` says that its owner asked for it by the brand's rule."""

    owner: str | None
    campaign: str
    uses_per_person_max: int
    net_minor_min: int
    asked: bool
    version: int


class NewCode(In):
    """A code to make, of a member (`owner`, a handle) or of a campaign; without letters it gets some. Rewards are basis points or minor units."""

    code: Annotated[str, Field(max_length=40)] = ""
    owner: Annotated[str, Field(max_length=30, pattern=r"^@?[A-Za-z0-9_]*$")] = ""
    campaign: Annotated[str, Field(max_length=80, examples=["پاییز"])] = ""
    reward_kind: Reward = "none"
    reward_value: Annotated[int, Field(ge=0, le=10**15, json_schema_extra={"format": "int64"})] = 0
    unit: Unit = "IRR"
    uses_max: Count | None = None
    uses_per_person_max: Count = 1
    net_minor_min: Minor = 0
    is_for_new: bool = False
    starts_at: Moment | None = None
    ends_at: Annotated[Moment | None, Field(examples=[None])] = None


class Redemption(Out):
    """An order that was placed with a code: counted, refused (and why), or undone because it came back. Never whose."""

    id: int
    code: str
    order: int
    source: str
    number: str
    net_minor: int
    unit: str
    state: str
    why: str
    reason: str
    redeemed_at: dt.datetime
    changed_at: dt.datetime


class NewRedemption(In):
    """An order that was placed with a code, as the shop says."""

    source: Source
    order: Number
