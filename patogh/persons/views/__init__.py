"""Pages of persons."""

from patogh.persons.views.matching import (
    team_identity_reveal,
    team_identity_split,
    team_merge_undo,
    team_merges,
    team_people,
    team_person,
    team_suggestion,
    team_suggestions,
)

__all__ = [
    "team_identity_reveal",
    "team_identity_split",
    "team_merge_undo",
    "team_merges",
    "team_people",
    "team_person",
    "team_suggestion",
    "team_suggestions",
]
