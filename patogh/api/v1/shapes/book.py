"""The open book, and polls that stand in it."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from patogh.api.v1.shapes.common import In, Out
from patogh.kit import limits

HEX_32 = r"^[0-9a-f]{64}$"
HEX_64 = r"^[0-9a-f]{128}$"
_KEY = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
Phase = Literal["", "enrol", "vote", "opening", "counted", "final"]
Position = Annotated[
    int, Field(ge=0, le=limits.POLL_CHOICES_MAX - 1, json_schema_extra={"format": "int32"}, examples=[0])
]
Moment = Annotated[
    AwareDatetime,
    Field(
        strict=False, ge=dt.datetime(2000, 1, 1, tzinfo=dt.UTC), le=dt.datetime(2200, 1, 1, tzinfo=dt.UTC),
        examples=["2030-12-22T08:30:00Z"],
    ),
]  # fmt: skip


class SealedPoll(Out):
    """What a poll has besides when anyone can recount it: who may vote, how far it is, and what is the asker's own."""

    ref: str = Field(description="The poll's name in the open book; it is part of what is sealed and signed.")
    level: int = Field(description="From which level one may vote.")
    joined_before: dt.datetime | None
    starts_at: dt.datetime | None
    roll: int = Field(description="How many keys are on the roll.")
    ballots: int
    opened: int
    key: str = Field(description="Your own key on the roll, or nothing.")
    receipt: str = Field(description="The receipt of your own ballot, or nothing.")
    is_open: bool = Field(description="Whether your own seal is open.")


class PollTerms(In):
    """Who may vote and when. What is null stays open: everybody who had joined, until somebody says so."""

    level: Annotated[int, Field(ge=0, le=4, json_schema_extra={"format": "int32"})] = 0
    joined_before: Moment | None = None
    starts_at: Moment | None = None
    closes_at: Moment | None = None


class PollKey(In):
    """An Ed25519 public key made for this poll alone, in lower-case hex."""

    key: Annotated[str, Field(pattern=HEX_32, max_length=64, examples=[_KEY])]


class SealedBallot(In):
    """A vote, sealed and signed by the client (docs/api.md). Without `choice` and `r` only the client can open it later."""

    voter: Annotated[str, Field(pattern=HEX_32, max_length=64, examples=[_KEY])]
    seal: Annotated[str, Field(pattern=HEX_32, max_length=64, examples=["0" * 64])]
    sig: Annotated[str, Field(pattern=HEX_64, max_length=128, examples=["0" * 128])]
    choice: Position | None = None
    r: Annotated[str, Field(pattern=HEX_32, max_length=64, examples=["0" * 64])] | None = None


class SealOpening(In):
    """What opens one's own seal."""

    choice: Position
    r: Annotated[str, Field(pattern=HEX_32, max_length=64, examples=["0" * 64])]


class Opened(Out):
    """What opens a commitment: SHA-256 over the label, the value and the salt, each behind its length."""

    value: str
    salt: str


class Recount(Out):
    """What a recount begins with; the lines are at `/topics/{topic}/poll/entries`."""

    ref: str
    is_sealed: bool
    phase: Phase
    question: Opened | None
    choices: Opened | None = Field(description="The choices in order, as a JSON list.")
    seen: int = Field(description="How many witnesses have seen the result.")
    needed: int = Field(description="How many have to.")


class Seal(Out):
    """The newest seal of the open book: a signed note (C2SP checkpoint) with the cosignatures of witnesses."""

    origin: str
    size: int
    root: str
    note: str
    sealed_at: dt.datetime
    seen: int
    is_witnessed: bool


class BookLine(Out):
    """One line of the open book; `text` is exact: its leaf hash is SHA-256 over a zero byte and these bytes."""

    index: int
    kind: str
    at: dt.datetime
    text: str
    leaf_hash: str


class ProvenLine(BookLine):
    """A line with its proof (C2SP tlog-proof) against the newest seal over it, or null as long as there is none."""

    proof: str | None


class BookReceipt(Out):
    """Where the line of a receipt stands: waiting for its place, pending for witnesses, or witnessed."""

    state: Literal["waiting", "pending", "witnessed"]
    seen: int
    needed: int
    witnesses: int
    index: int | None
    kind: str
    text: str
    leaf_hash: str
    proof: str | None
