"""Words of the room's core that several modules share; no models."""

from __future__ import annotations

from typing import Final, TypedDict

STATION: Final = "station"  # the one move that is not a step of the machine: a milestone was passed while gathering


class Said(TypedDict, total=False):
    """What is said with a move: the public reason in both languages, the house rule that is cited, a note for the team."""

    reason: str
    reason_en: str
    note: str
    rule: str


# The verb that the road has for each move.
VERBS: Final = {
    "submit": "ideas.idea_submitted", "recall": "ideas.idea_recalled", "return": "ideas.idea_returned", "publish": "ideas.idea_published",
    STATION: "ideas.idea_station_passed", "qualify": "ideas.idea_qualified", "expire": "ideas.idea_expired", "approve": "ideas.idea_approved",
    "decline": "ideas.idea_declined", "carry_over": "ideas.idea_carried_over", "take_up": "ideas.idea_taken_up", "develop": "ideas.idea_developed",
    "release": "ideas.idea_released", "stop_making": "ideas.idea_making_stopped", "archive": "ideas.idea_archived",
    "unarchive": "ideas.idea_unarchived", "withdraw": "ideas.idea_withdrawn", "merge": "ideas.idea_merged", "unmerge": "ideas.idea_unmerged",
}  # fmt: skip
