"""Imports and foreign keys go down the stairs, never up, never sideways."""

import ast

from django.apps import apps

from tests.house.source import STAIRS, Source, planted, product


def wrong_imports(sources: tuple[Source, ...]) -> list[str]:
    """Name every import that climbs."""
    found = []
    for source in sources:
        for node in ast.walk(source.tree):
            names = (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            for name in names:
                parts = name.split(".")
                if (
                    parts[0] == "patogh"
                    and len(parts) > 1
                    and source.room in STAIRS
                    and STAIRS.index(parts[1]) > STAIRS.index(source.room)
                ):
                    found.append(f"{source.path}:{node.lineno} imports {name}")
    return found


def wrong_keys(keys: list[tuple[str, str]]) -> list[str]:
    """Name every relation from a lower room to a higher one."""
    return [
        f"{start} -> {end}"
        for start, end in keys
        if start in STAIRS and end in STAIRS and STAIRS.index(end) > STAIRS.index(start)
    ]


def test_imports_go_down_only():
    assert wrong_imports(product()) == []


def test_an_import_that_climbs_is_found():
    assert wrong_imports((planted("patogh/kit/x.py", "from patogh.hangout.models import Topic"),)) == [
        "patogh/kit/x.py:1 imports patogh.hangout.models"
    ]


def test_every_room_stands_on_the_stairs():
    assert {source.room for source in product() if source.room} <= set(STAIRS)


def test_foreign_keys_go_down_only():
    keys = [
        (model._meta.app_label, field.related_model._meta.app_label)
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model
    ]
    assert len(keys) > 20
    assert wrong_keys(keys) == []


def test_a_foreign_key_that_climbs_is_found():
    assert wrong_keys([("people", "hangout"), ("hangout", "people")]) == ["people -> hangout"]
