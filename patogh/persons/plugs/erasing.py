"""What persons do when identities are erased, whoever had them."""

from __future__ import annotations

from patogh.kit.hooks import hookimpl
from patogh.people.queries.identities import emptied_by
from patogh.persons.actions.events import forget_events
from patogh.persons.actions.forgetting import forget_brought, forget_merges


@hookimpl
def identities_erased(identities: list[int]) -> None:
    """Forget what was said of them, which files named them, and why they were joined with whom."""
    forget_events(identities)
    forget_brought(identities)
    forget_merges(emptied_by(identities))
