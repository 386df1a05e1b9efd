"""What upper rooms may do with a mail that answers something of theirs."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from patogh.kit.hooks import hookspec, plugins

if TYPE_CHECKING:
    from patogh.people.models import Member


@dataclass(frozen=True, slots=True)
class MailedReply:
    """A checked answer by mail. `kind` is "topic", "post" or "space" and `target` its key; `key` is the same however
    often the mail comes, so what it becomes must come once. Pictures are (name, bytes), not yet looked into.
    """

    kind: str
    target: int
    text: str
    subject: str
    key: str
    pictures: list[tuple[str, bytes]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class MailedOutcome:
    """What became of it: its address of ours, whether it waits for review, and the names of files that were left out."""

    url: str
    is_held: bool = False
    left_out: list[str] = field(default_factory=list)


@hookspec(firstresult=True)
def mail_replied(reply: MailedReply, member: Member) -> MailedOutcome | None:
    """Post what a member answered by mail, as she may; None for a kind of another room. Raises what posting raises,
    and NotFound for what she may not see; whoever sent the mail gets the sentence.
    """


if not hasattr(plugins.hook, "mail_replied"):
    plugins.add_hookspecs(sys.modules[__name__])
