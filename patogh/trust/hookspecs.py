"""What upper rooms may plug into trust: they own the things that are flagged, held, hidden and decided about."""

from __future__ import annotations

import sys
from typing import Any

from patogh.kit.hooks import hookspec, plugins


@hookspec(firstresult=True)
def subjects_shown(kind: str, ids: list[str], viewer: Any) -> dict[str, Any] | None:
    """Return `nouns.Shown` by id for those things of this kind that the viewer may see (a moderator: hidden ones too);
    None for a kind of another room. One query, whatever the number.
    """


@hookspec(firstresult=True)
def author_of(kind: str, id: str) -> int | None:  # noqa: A002 - the road's own word
    """Return the key of the member who wrote a thing; one small query, asked within transactions."""


@hookspec(firstresult=True)
def prepare_held(held: Any, text: str) -> Any:
    """Return whatever `publish_held` needs that is too slow for the door (a rendered text, say); `text` replaces the
    held one when a moderator edited it. Called outside the transaction.
    """


@hookspec(firstresult=True)
def publish_held(held: Any, by: Any, prepared: Any) -> tuple[str, str] | None:
    """Publish what was held, as its author, within the deciding transaction; returns the kind and id of what came of it."""


@hookspec(firstresult=True)
def unpublish_held(held: Any, by: Any) -> bool | None:
    """Take back what `publish_held` made (`held.published_kind`, `held.published_id`), because the approval was undone."""


@hookspec(firstresult=True)
def hide_subject(kind: str, id: str, why: str, by: Any) -> bool | None:  # noqa: A002 - the road's own word
    """Put a thing out of others' sight until it is decided; `by` is None where flags did it. True when it was in sight."""


@hookspec(firstresult=True)
def unhide_subject(kind: str, id: str, why: str, by: Any) -> bool | None:  # noqa: A002
    """Put a hidden thing back into sight. True when it was hidden."""


@hookspec(firstresult=True)
def trash_subject(kind: str, id: str, why: str, by: Any) -> bool | None:  # noqa: A002
    """Take a thing away as a moderator does. True when it was there."""


@hookspec(firstresult=True)
def untrash_subject(kind: str, id: str, why: str, by: Any) -> bool | None:  # noqa: A002
    """Bring a thing back that a moderator took away. True when it was away."""


@hookspec(firstresult=True)
def prepare_edit(kind: str, id: str, text: str) -> Any:  # noqa: A002
    """Return what `edit_subject` needs that is too slow for the door. Called outside the transaction."""


@hookspec(firstresult=True)
def edit_subject(kind: str, id: str, prepared: Any, why: str, by: Any) -> bool | None:  # noqa: A002
    """Put a moderator's text in place of the flagged one; its former text stays in the history."""


@hookspec
def sanction_changed(member: Any, kind: str, until: Any) -> None:
    """Follow a sanction that begins (`until` lies ahead) or ends (None) in the writing transaction: end tokens, say."""


@hookspec(firstresult=True)
def talk_since(moment: Any) -> tuple[int, int] | None:
    """Return how many topics and posts were written since a moment: level 3 asks for a share of them."""


@hookspec(firstresult=True)
def conversation_wanted(key: str, title: str, address: str, text: str, by: Any) -> int | None:
    """Open the conversation about a thing of a room beside the one that talks ("ideas.idea:12"), as `by`, and return
    its topic; the same thing again gives the same topic. Called outside transactions.
    """


@hookspec(firstresult=True)
def conversation_continued(topic_id: int, words: Any, by: Any) -> tuple[str, bool] | None:
    """Say `words` (`nouns.Said`) in a conversation, through the gate; returns where it stands and whether it is held.
    Raises what the gate refuses. Called outside transactions.
    """


@hookspec(firstresult=True)
def conversation_shown(topic_id: int, viewer: Any) -> Any:
    """Return `nouns.Conversation`: its address, how many answers it has and its last words, as far as the viewer may see
    them; None where there is nothing to see. At most three queries.
    """


@hookspec(firstresult=True)
def conversation_counted(topic_id: int) -> int | None:
    """Return how many answers a conversation has; asked within transactions, after something happened in it."""


@hookspec(firstresult=True)
def conversation_hidden(topic_id: int, hidden: bool, why: str, by: Any) -> bool | None:
    """Put a conversation out of sight with the thing that it is about, or back; True when that changed something."""


if not hasattr(plugins.hook, "subjects_shown"):
    plugins.add_hookspecs(sys.modules[__name__])
