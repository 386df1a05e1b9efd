"""Whose row is whose: for each model of ours the path to its member, and what its fields say of export and erasure."""

# ruff: noqa: SLF001 - Django's documented _meta and _default_manager

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from django.apps import apps
from django.db import models

from patogh.kit import inventory
from patogh.kit.inventory import FieldNote
from patogh.people.models import Member
from patogh.people.queries.identities import own_identities

# Tables whose owner is an identity of the person: (path, whether it is the identity's number or a foreign key)
BY_IDENTITY: Final = {
    ("activity", "Activity"): "identity_id",
    ("people", "Consent"): "identity_id",
    ("people", "Identity"): "id",
    ("people", "IdentityLink"): "identity_id",
}
HANGS_ON: Final = "identity:"  # `_owner = "identity:identity_id"`: the rows of whoever has that identity


@dataclass(frozen=True)
class Kept:
    """A model with its notes; `owner` is the path to a member whose export it belongs to, "" for nobody's."""

    model: type[models.Model]
    notes: dict[str, FieldNote]
    owner: str
    by_identity: str

    @property
    def name(self) -> str:
        """The name of its file in an export."""
        return f"{self.model._meta.app_label}.{self.model._meta.model_name}"

    @property
    def exported(self) -> list[Any]:
        """The columns that go out with their owner."""
        return [field for field in self.model._meta.concrete_fields if self._note(field.name).is_exported]

    @property
    def pointing(self) -> list[Any]:
        """The columns that name a member directly."""
        return [field for field in self.model._meta.concrete_fields if field.related_model is Member]

    @property
    def deleting(self) -> list[Any]:
        """The columns whose member takes the whole row along."""
        return [field for field in self.pointing if self._note(field.name).erase == "delete"]

    @property
    def blanked(self) -> list[Any]:
        """The columns that are emptied where the row stays."""
        fields = self.model._meta.concrete_fields
        return [one for one in fields if self._note(one.name).erase in {"blank", "delete"} and one not in self.pointing]

    def rows_of(self, member: Member) -> models.QuerySet[Any]:
        """Return the rows that belong to a member and to her other identities."""
        rows = self.model._default_manager.all()
        if self.by_identity:
            return rows.filter(**{f"{self.by_identity}__in": list(identities_of(member))})
        return rows.filter(**{self.owner: member.pk}) if self.owner else rows.none()

    def _note(self, name: str) -> FieldNote:
        blank = FieldNote("", "", name, "undeclared", "none", "", "no-export", "keep")
        return self.notes.get(name, blank)


@cache
def kept() -> tuple[Kept, ...]:
    """Return every model that an inventory tells of, in the order of the rooms."""
    notes: dict[tuple[str, str], dict[str, FieldNote]] = {}
    for note in inventory.load():
        notes.setdefault((note.room, note.model), {})[note.field] = note
    said = inventory.owners()
    found = []
    for (room, name), fields in notes.items():
        try:
            model = apps.get_model(room, name)
        except LookupError:
            continue
        key = (room, name)
        path, by_identity = said.get(key, owner_path(model)), BY_IDENTITY.get(key, "")
        if path.startswith(HANGS_ON):
            path, by_identity = "", path.removeprefix(HANGS_ON)
        found.append(Kept(model, fields, path, by_identity))
    return tuple(found)


def owner_path(model: type[models.Model]) -> str:
    """Return the path to the member of a model that names none: itself, or its first column that points at one."""
    if model is Member:
        return "pk"
    pointing = [field.name for field in model._meta.concrete_fields if field.related_model is Member]
    return pointing[0] if pointing else ""


def identities_of(member: Member) -> Iterator[int]:
    """Yield the identities of the human behind an account, but for those that only somebody else laid beside them."""
    yield from own_identities(member)


def foreign() -> list[tuple[type[models.Model], str]]:
    """Return the tables of other makers that point at a member: addresses, sessions, second steps, outside accounts."""
    rooms = {one.model._meta.app_label for one in kept()}
    return [
        (model, field.name)
        for model in apps.get_models()
        if model._meta.app_label not in rooms
        for field in model._meta.concrete_fields
        if field.related_model is Member
    ]
