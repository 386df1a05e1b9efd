"""Every verb that an action records is registered, with phrases in both languages and a visibility."""

import ast
import re

from patogh.activity.registry import Verb, verbs
from tests.house.source import Source, planted, product

NAME = re.compile(r"[a-z]+\.[a-z]+(_[a-z]+)+")
PERSIAN = re.compile(r"[آ-ی]")


def recorded(sources: tuple[Source, ...]) -> set[str]:
    """Every verb that stands as a literal in a call of `record`."""
    return {
        node.args[0].value
        for source in sources
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).split(".")[-1] == "record"
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }


def badly_put(known: dict[str, Verb]) -> list[str]:
    """Name the verbs whose name, phrases or visibility are not as STYLE.md wants them."""
    return [
        name
        for name, verb in known.items()
        if not NAME.fullmatch(name)
        or not PERSIAN.search(verb.fa)
        or PERSIAN.search(verb.en)
        or not verb.en.strip()
        or verb.visible not in {"public", "members", "staff"}
    ]


def test_every_recorded_verb_is_registered():
    assert recorded(product()) - set(verbs()) == set()


def test_verbs_have_phrases_and_visibility():
    assert len(verbs()) > 20
    assert badly_put(verbs()) == []


def test_an_unregistered_verb_is_found():
    assert recorded((planted("patogh/hangout/actions.py", "record('hangout.topic_eaten', by=x, subject=y)"),)) - set(
        verbs()
    ) == {"hangout.topic_eaten"}


def test_a_verb_without_a_persian_phrase_is_found():
    assert badly_put({"hangout.topic_eaten": Verb("hangout.topic_eaten", "Create", "ate", "ate", "public")}) == [
        "hangout.topic_eaten"
    ]
