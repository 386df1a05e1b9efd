"""Things to flag and to hold, without any room above: a small room of the test plugs in."""
# ruff: noqa: A002 - `id` is the word of the hooks

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from patogh.conftest import made_member
from patogh.kit.hooks import hookimpl, plugins
from patogh.people.models import Member
from patogh.people.tests.conftest import at_once, busy_house  # noqa: F401 - fixtures of the room below
from patogh.trust import queries
from patogh.trust.nouns import Shown, Subject


class Things:
    """Things of a test by id, and what the room of trust had done to them."""

    def __init__(self) -> None:
        self.rows: dict[str, SimpleNamespace] = {}
        self.published: list[str] = []

    def add(self, author: Member, text: str = "سلام به همه") -> Subject:
        """Write one more thing."""
        key = str(len(self.rows) + 1)
        self.rows[key] = SimpleNamespace(author=author.pk, text=text, hidden=False, trashed=False)
        return Subject("test.thing", key)

    def _set(self, id: str, name: str, value: bool) -> bool:
        was = getattr(self.rows[id], name)
        setattr(self.rows[id], name, value)
        return was is not value

    @hookimpl
    def subjects_shown(self, kind, ids, viewer):
        if kind != "test.thing":
            return None
        rows = {key: self.rows[key] for key in ids if key in self.rows}
        return {
            key: Shown(title=f"چیز {key}", url=f"/x/{key}", author_id=row.author, text=row.text, is_hidden=row.hidden)
            for key, row in rows.items()
        }

    @hookimpl
    def author_of(self, kind, id):
        return self.rows[id].author if kind == "test.thing" else None

    @hookimpl
    def hide_subject(self, kind, id, why, by):
        return self._set(id, "hidden", True) if kind == "test.thing" else None

    @hookimpl
    def unhide_subject(self, kind, id, why, by):
        return self._set(id, "hidden", False) if kind == "test.thing" else None

    @hookimpl
    def trash_subject(self, kind, id, why, by):
        return self._set(id, "trashed", True) if kind == "test.thing" else None

    @hookimpl
    def untrash_subject(self, kind, id, why, by):
        return self._set(id, "trashed", False) if kind == "test.thing" else None

    @hookimpl
    def prepare_edit(self, kind, id, text):
        return (
            text.upper() if kind == "test.thing" and text.startswith("loud") else text if kind == "test.thing" else None
        )

    @hookimpl
    def edit_subject(self, kind, id, prepared, why, by):
        if kind != "test.thing":
            return None
        self.rows[id].text = prepared
        return True

    @hookimpl
    def prepare_held(self, held, text):
        return text if held.place_kind == "test.place" else None

    @hookimpl
    def publish_held(self, held, by, prepared):
        if held.place_kind != "test.place":
            return None
        return "test.thing", self.add(held.author, prepared).id

    @hookimpl
    def unpublish_held(self, held, by):
        if held.place_kind != "test.place":
            return None
        del self.rows[held.published_id]
        return True


@pytest.fixture
def things() -> Iterator[Things]:
    """A room whose things can be flagged, hidden and published."""
    made = Things()
    plugins.register(made)
    yield made
    plugins.unregister(made)


@pytest.fixture(autouse=True)
def _fresh_terms() -> Iterator[None]:
    """Let no test leave terms or words in memory."""
    queries.forget_terms()
    queries.forget_words()
    yield
    queries.forget_terms()
    queries.forget_words()


@pytest.fixture
def newcomer(member) -> Member:
    """Mina, as somebody who joined this minute."""
    from django.utils import timezone

    member.joined_at = timezone.now()
    member.trust_level = 0
    member.save()
    return member


@pytest.fixture
def second_moderator(db, brand) -> Member:
    """Shirin, another moderator."""
    return made_member("shirin", "شیرین راد", "moderator")


@pytest.fixture
def crowd(db, brand):
    """Return a function that makes some members at a level."""

    def make(count: int, level: int = 1) -> list[Member]:
        made = [made_member(f"crowd{number}", f"عضو {number}") for number in range(count)]
        for one in made:
            one.trust_level = level
            one.save()
        return made

    return make
