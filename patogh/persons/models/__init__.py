"""Nouns of persons: `merges`, `matching` (the live index and its suggestions), `traits`, files of people: `imports`, and what the team writes: `team`."""

from patogh.persons.models.imports import Brought, PeopleImport, PeopleRefusal
from patogh.persons.models.matching import MatchKey, MatchModel, MatchRecord, Suggestion
from patogh.persons.models.merges import Merge, MergeLink
from patogh.persons.models.team import Look, PersonNote, Pledge
from patogh.persons.models.traits import Trait

__all__ = [
    "Brought",
    "Look",
    "MatchKey",
    "MatchModel",
    "MatchRecord",
    "Merge",
    "MergeLink",
    "PeopleImport",
    "PeopleRefusal",
    "PersonNote",
    "Pledge",
    "Suggestion",
    "Trait",
]
