"""What all shapes share: the strict root of what comes in, keys, pages, people, pictures."""

from __future__ import annotations

from typing import Annotated, Generic, TypeVar

from ninja import P, PathEx
from pydantic import BaseModel, ConfigDict, Field

from patogh.api import limits

Item = TypeVar("Item")
Id = Annotated[int, Field(ge=1, le=limits.ID_MAX, json_schema_extra={"format": "int64"}, examples=[7])]
Key = PathEx[int, P(ge=1, le=limits.ID_MAX, example=7)]
Handle = PathEx[str, P(min_length=3, max_length=30, pattern=r"^[A-Za-z0-9_]+$", example="mina")]
Slug = PathEx[str, P(min_length=1, max_length=40, pattern=r"^[a-z0-9-]+$", example="repair")]
TagName = PathEx[str, P(min_length=1, max_length=60, example="زنجیر")]
Why = Annotated[str, Field(max_length=200, examples=["تکراری"])]
Cursor = Annotated[str, Field(max_length=512, pattern=r"^[A-Za-z0-9_-]*$")]


class In(BaseModel):
    """What comes in: no unknown fields, no guessing at kinds."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Out(BaseModel):
    """What goes out."""

    model_config = ConfigDict(extra="forbid")


class PageAsk(BaseModel):
    """Where in a list, and how much of it."""

    after: Cursor = Field("", description="The cursor of the page before, from its `next`.")
    limit: int = Field(
        limits.PAGE_ROWS,
        ge=1,
        le=limits.PAGE_ROWS_MAX,
        description="How many rows at most.",
        examples=[30],
        json_schema_extra={"format": "int32"},
    )


class Rows(Out, Generic[Item]):
    """One page of a list; `next` is the cursor of the page behind it, or null at the end. The header Link says the same."""

    items: list[Item] = Field(max_length=limits.PAGE_ROWS_MAX)
    next: str | None = Field(max_length=512)


class Reason(In):
    """Why something is decided; shown to whom it concerns."""

    why: Why = ""


class Person(Out):
    """Somebody beside what they wrote."""

    handle: str
    name: str
    avatar: str
    is_team: bool
    is_ambassador: bool


class Held(Out):
    """What was written waits for a moderator, and why; its author sees it in the meantime."""

    held: bool = True
    id: int | None = None
    reasons: list[str]
