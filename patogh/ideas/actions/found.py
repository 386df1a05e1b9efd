"""What search knows of an idea: written in the transaction of the move or edit that changed it."""

from __future__ import annotations

from patogh.activity import enqueue
from patogh.ideas.models import Idea
from patogh.kit import persian
from patogh.search import actions as search
from patogh.search.entries import Entry

KIND, HIDDEN = "idea", "trash"


def index_idea(idea: Idea) -> None:
    """Let an idea be found as it is now; a private or hidden one by nobody. Its meaning is computed by the worker."""
    search.put(entry_of(idea))
    if idea.published_at is not None:
        enqueue("ideas.weigh_meaning", key=f"meaning:{idea.pk}", idea=idea.pk)


def unindex_idea(idea_id: int) -> None:
    """Let an idea be found no more."""
    search.forget(KIND, [idea_id])


def entry_of(idea: Idea) -> Entry:
    """Return how an idea is found: title and facts first, then its three texts."""
    facts = [str(part) for fact in idea.facts or () if isinstance(fact, list | tuple | dict) for part in _parts(fact)]
    return Entry(
        KIND, idea.pk, address_of(idea),
        "public" if idea.is_in_sight else HIDDEN,
        idea.published_at or idea.created_at,
        title=idea.title, text="\n\n".join(part for part in (idea.lead, idea.problem, idea.proposal, " ".join(facts)) if part),
        author_id=idea.author_id, data={"state": idea.state, "programme": idea.programme_id},
    )  # fmt: skip


def address_of(idea: Idea) -> str:
    """Return the address of an idea's page."""
    return f"/ideas/{idea.pk}/{persian.slug(idea.title)}".rstrip("/")


def _parts(fact: list[object] | tuple[object, ...] | dict[str, object]) -> list[object]:
    """Return the words of a fact."""
    return list(fact.values()) if isinstance(fact, dict) else list(fact)
