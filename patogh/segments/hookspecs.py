"""What rooms may offer to rules: things people do, facts about them, relations between them."""

from __future__ import annotations

import sys
from typing import Any

from patogh.kit.hooks import hookspec, plugins


@hookspec
def segment_words() -> list[Any]:  # type: ignore[empty-body]
    """Return what a rule may count: a `segments.vocabulary.Word` each (verbs of the road, or rows of a table by SQL)."""


@hookspec
def segment_facts() -> list[Any]:  # type: ignore[empty-body]
    """Return facts about members that a rule may compare: a `segments.vocabulary.Fact` each; nothing sensitive."""


@hookspec
def segment_relations() -> list[Any]:  # type: ignore[empty-body]
    """Return relations that a rule may ask for: a `segments.vocabulary.Relation` each."""


if not hasattr(plugins.hook, "segment_words"):
    plugins.add_hookspecs(sys.modules[__name__])
