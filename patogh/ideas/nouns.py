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
    "submit": "ideas.submitted", "recall": "ideas.recalled", "return": "ideas.returned", "publish": "ideas.published",
    STATION: "ideas.station_passed", "qualify": "ideas.qualified", "expire": "ideas.expired", "approve": "ideas.approved",
    "decline": "ideas.declined", "carry_over": "ideas.carried_over", "take_up": "ideas.taken_up", "develop": "ideas.developed",
    "release": "ideas.released", "stop_making": "ideas.making_stopped", "archive": "ideas.archived",
    "unarchive": "ideas.unarchived", "withdraw": "ideas.withdrawn", "merge": "ideas.merged", "unmerge": "ideas.unmerged",
}  # fmt: skip
