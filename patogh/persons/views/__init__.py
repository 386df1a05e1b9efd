"""Pages of persons."""

from patogh.persons.views.erasing import team_person_erasure
from patogh.persons.views.identities import team_person_identities
from patogh.persons.views.importing import (
    team_people_import,
    team_people_import_progress,
    team_people_imports,
    team_people_refusals,
)
from patogh.persons.views.matching import (
    team_identity_reveal,
    team_identity_split,
    team_merge_undo,
    team_merges,
    team_people,
    team_suggestion,
    team_suggestions,
)
from patogh.persons.views.page import (
    settings_looks,
    team_note,
    team_person,
    team_person_looks,
    team_person_notes,
    team_person_pledges,
    team_pledge,
    team_pledges,
)

__all__ = [
    "settings_looks",
    "team_identity_reveal",
    "team_identity_split",
    "team_merge_undo",
    "team_merges",
    "team_note",
    "team_people",
    "team_people_import",
    "team_people_import_progress",
    "team_people_imports",
    "team_people_refusals",
    "team_person",
    "team_person_erasure",
    "team_person_identities",
    "team_person_looks",
    "team_person_notes",
    "team_person_pledges",
    "team_pledge",
    "team_pledges",
    "team_suggestion",
    "team_suggestions",
]
