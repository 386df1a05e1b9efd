"""The life of an idea, as one table: from which state, by which move, to which state, and who may make it.

Triggers in the database (migration 0002_moves) hold the same table; a test compares the two.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Who = Literal["author", "team", "board", "clock"]

DRAFT, SUBMITTED, RETURNED, GATHERING, IN_REVIEW = "draft", "submitted", "returned", "gathering", "in_review"
APPROVED, NOT_APPROVED, CARRIED_OVER = "approved", "not_approved", "carried_over"
IN_DEVELOPMENT, ON_SALE = "in_development", "on_sale"
EXPIRED, ARCHIVED, WITHDRAWN, MERGED = "expired", "archived", "withdrawn", "merged"

STATES: Final = (
    DRAFT, SUBMITTED, RETURNED, GATHERING, IN_REVIEW, APPROVED, NOT_APPROVED, CARRIED_OVER, IN_DEVELOPMENT, ON_SALE,
    EXPIRED, ARCHIVED, WITHDRAWN, MERGED,
)  # fmt: skip
PRIVATE: Final = frozenset({DRAFT, SUBMITTED, RETURNED})
SUPPORTABLE: Final = frozenset({GATHERING})
DECIDED: Final = frozenset({APPROVED, NOT_APPROVED, IN_DEVELOPMENT, ON_SALE})
ENDED: Final = frozenset({NOT_APPROVED, EXPIRED, ARCHIVED, WITHDRAWN, MERGED})


@dataclass(frozen=True)
class Step:
    """One line of the table; `reason` says whether the move needs a public reason in words."""

    move: str
    sources: tuple[str, ...]
    target: str
    who: Who
    reason: bool = False


STEPS: Final = (
    Step("submit", (DRAFT, RETURNED), SUBMITTED, "author"),
    Step("recall", (SUBMITTED,), DRAFT, "author"),
    Step("return", (SUBMITTED,), RETURNED, "team", reason=True),
    Step("publish", (SUBMITTED,), GATHERING, "team"),
    Step("qualify", (GATHERING,), IN_REVIEW, "clock"),
    Step("expire", (GATHERING,), EXPIRED, "clock"),
    Step("approve", (IN_REVIEW,), APPROVED, "board", reason=True),
    Step("decline", (IN_REVIEW,), NOT_APPROVED, "board", reason=True),
    Step("carry_over", (IN_REVIEW,), CARRIED_OVER, "board", reason=True),
    Step("take_up", (CARRIED_OVER,), IN_REVIEW, "clock"),
    Step("develop", (APPROVED,), IN_DEVELOPMENT, "team"),
    Step("release", (APPROVED, IN_DEVELOPMENT), ON_SALE, "team"),
    Step("stop_making", (APPROVED, IN_DEVELOPMENT), ARCHIVED, "team", reason=True),
    Step("archive", (GATHERING, IN_REVIEW, CARRIED_OVER), ARCHIVED, "team", reason=True),
    Step("unarchive", (ARCHIVED,), GATHERING, "team", reason=True),
    Step("withdraw", (SUBMITTED, RETURNED, GATHERING, IN_REVIEW, CARRIED_OVER), WITHDRAWN, "author"),
    Step("merge", (GATHERING,), MERGED, "team", reason=True),
    Step("unmerge", (MERGED,), GATHERING, "team", reason=True),
)
