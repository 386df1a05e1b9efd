"""Every model field says what it is for, how sensitive it is, how long it stays, and what export and erasure do with it."""

import tomllib
from pathlib import Path

from django.apps import apps

from tests.house.source import ROOT, STAIRS

SENSITIVITY = {"public", "personal", "sensitive", "secret", "none"}
EXPORT = {"export", "no-export"}
ERASE = {"keep", "blank", "delete", "pseudonymise"}


def declared(room: str) -> dict[str, dict[str, list[str]]]:
    """Read a room's inventory."""
    path = ROOT / "patogh" / room / "inventory.toml"
    tables = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return {
        model: {name: note for name, note in fields.items() if name != "_owner"} for model, fields in tables.items()
    }


def columns() -> dict[str, dict[str, list[str]]]:
    """Every column of every model of ours, by room and model."""
    found: dict[str, dict[str, list[str]]] = {}
    for model in apps.get_models():
        if model._meta.app_label in STAIRS:
            found.setdefault(model._meta.app_label, {})[model.__name__] = [
                field.name for field in model._meta.concrete_fields
            ]
    return found


def missing(real: dict[str, list[str]], said: dict[str, dict[str, list[str]]]) -> list[str]:
    """Name the fields without a note, and the notes without a field."""
    lacking = [
        f"{model}.{field}" for model, fields in real.items() for field in fields if field not in said.get(model, {})
    ]
    stale = [
        f"{model}.{field} (gone)"
        for model, fields in said.items()
        for field in fields
        if field not in real.get(model, [])
    ]
    return lacking + stale


def badly_said(said: dict[str, dict[str, list[str]]]) -> list[str]:
    """Name the notes that do not use the house's words."""
    return [
        f"{model}.{field}"
        for model, fields in said.items()
        for field, note in fields.items()
        if len(note) != 5
        or not note[0].strip()
        or note[1] not in SENSITIVITY
        or not note[2].strip()
        or note[3] not in EXPORT
        or note[4] not in ERASE
    ]


def test_every_field_is_declared():
    assert {room: missing(models, declared(room)) for room, models in columns().items()} == {
        room: [] for room in columns()
    }


def test_every_note_uses_the_house_words():
    assert [bad for room in columns() for bad in badly_said(declared(room))] == []


def test_an_undeclared_field_is_found():
    assert missing({"Member": ["email", "shoe_size"]}, {"Member": {"email": []}}) == ["Member.shoe_size"]


def test_a_note_in_other_words_is_found():
    assert badly_said({"Member": {"email": ["sign-in", "very secret", "account", "export", "blank"]}}) == [
        "Member.email"
    ]


def test_an_inventory_lies_in_every_room_with_models():
    assert [room for room in columns() if not Path(ROOT / "patogh" / room / "inventory.toml").exists()] == []
