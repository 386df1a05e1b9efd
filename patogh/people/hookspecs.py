"""What upper rooms may plug into people."""

from __future__ import annotations

import sys
from typing import Any

from patogh.kit.hooks import hookspec, plugins


@hookspec
def profile_tabs(member: Any, viewer: Any) -> list[tuple[str, str, int]]:  # type: ignore[empty-body]
    """Return (key, label, count) of a room's tabs on a profile; the key is the last part of the tab's address."""


@hookspec(firstresult=True)
def profile_section(request: Any, member: Any, tab: str) -> Any:
    """Return the HTML (Markup) of a tab's list for this request, or None for a tab of another room."""


@hookspec
def member_changed(member: Any) -> None:
    """Follow a new, edited or closed account (search documents, caches): called within the writing transaction."""


@hookspec
def subjects_named(kind: str, keys: list[str], viewer: Any) -> dict[str, tuple[str, str]]:  # type: ignore[empty-body]
    """Return (title, address) for those subjects of the road, like "hangout.topic", that the viewer may see; one
    query.
    """


@hookspec
def notice_given(notice: Any, member: Any, activity_id: Any, thread: str) -> None:
    """Follow a notice, or one more count on it, within the writing transaction; `thread` names what belongs together
    ("hangout.topic:7"). Keep it cheap: one reply may give thousands of them.
    """


@hookspec
def export_sheets() -> list[dict[str, Any]]:  # type: ignore[empty-body]
    """Return the tables of a room that belong in the neutral folder, each as the words of an `exporting.sheets.Sheet`:
    name, label ("trust.Flag"), skip, keyed, required, points, ready, load.
    """


@hookspec
def sheets_came(came: Any) -> None:
    """Make counters, copies and search anew for what a neutral folder brought: `came("ideas")` yields lists of the numbers here.

    Safe to repeat: an import that was killed is run again.
    """


@hookspec
def belongings(member: Any) -> list[tuple[str, Any]]:  # type: ignore[empty-body]
    """Return (path in the ZIP, storage name or bytes) of a member's files that are no columns: pictures, recordings."""


@hookspec
def erase_extras(member: Any, text: bool, pseudonym: str) -> None:
    """Erase what a room keeps of a member beyond rows that name them (copies, quotes, caches): within the erasure's
    transaction. With `text` the words of their own posts go too.
    """


@hookspec
def rename_mentions(handle: str, pseudonym: str) -> None:
    """Put the pseudonym in place of an erased member's handle in what others wrote: after the erasure, in small batches
    of your own `upkeep`, safe to repeat.
    """


@hookspec(firstresult=True)
def sign_in_refused(member: Any) -> str | None:
    """Return the address of the page that tells a suspended member why the way in is closed."""


@hookspec
def joining_from(address: str) -> None:
    """Hear of a sign-up from an address of the network before it is made; raise a refusal to stop it."""


@hookspec(firstresult=True)
def following_refused(member: Any, by: Any) -> Exception | None:
    """Return a refusal (a PatoghError) where `by` may not follow this member; asked within the writing transaction."""


@hookspec
def identities_came(identities: list[int]) -> None:
    """Hear of identities that were just made, each with a person of its own: within the writing transaction, cheaply."""


@hookspec
def identities_verified(identities: list[int]) -> None:
    """Hear of identities that a channel has just proved: within the writing transaction."""


@hookspec
def identity_named(identity: Any, name: str, at: Any) -> None:
    """Hear what a channel calls somebody: within the writing transaction."""


@hookspec
def identities_erased(identities: list[int]) -> None:
    """Erase what a room keeps of these identities beyond rows that its inventory deletes with them: within the erasure."""


if not hasattr(plugins.hook, "profile_tabs"):
    plugins.add_hookspecs(sys.modules[__name__])
