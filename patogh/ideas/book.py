"""What the core of ideas puts into the open book: proposals, edits, moves and versions of rules; no names, no words.

The lines say numbers, states and hashes. Words stay in the house: a hash proves later what was said. Whoever proposed gets
the receipt of the proposal and of every move.
"""

from __future__ import annotations

import hashlib
from typing import Any, Final

from patogh.ideas.models import Idea, Move, RuleVersion
from patogh.ideas.nouns import STATION
from patogh.ledger import schemas
from patogh.ledger.actions.book import Secret, enter
from patogh.people.models import Member

SUBJECT: Final = "ideas.idea"
RULES_SUBJECT: Final = "ideas.programme"
# The word of the log for each move; submissions and withdrawals have kinds of their own.
STAGES: Final = {
    "recall": "recalled", "return": "returned", "publish": "open", STATION: "station", "qualify": "review",
    "expire": "expired", "approve": "approved", "decline": "declined", "carry_over": "carried_over", "take_up": "review",
    "develop": "making", "release": "on_sale", "stop_making": "stopped", "archive": "archived", "unarchive": "open",
    "merge": "merged", "unmerge": "open",
}  # fmt: skip

# The moves that tell how many stand behind the idea; a verifier counts the lines of support and compares.
COUNTED: Final = (STATION, "qualify")


def subject_of(idea: Idea) -> tuple[str, str]:
    """Return how the book's index names an idea."""
    return SUBJECT, str(idea.pk)


def account_of(member: Member) -> Secret:
    """Return the value that commitments to a member hide."""
    return Secret(f"member:{member.pk}", member)


def hash_of(*words: object) -> str:
    """Return the hash under which the book names some words."""
    return hashlib.sha256(schemas.written(list(words))).hexdigest()


def content_of(idea: Idea) -> str:
    """Return the hash of what an idea says."""
    return hash_of(idea.title, idea.lead, idea.problem, idea.proposal, idea.facts)


def enter_move(idea: Idea, move: Move) -> None:
    """Enter one move: its stage, number, supporters' station, rule and the hash of its public reason."""
    key = f"idea:{idea.pk}:move:{move.number}"
    fields: dict[str, Any] = {"idea": idea.pk}
    if move.move == "submit":
        enter(
            "idea.submitted.v1", {**fields, "content": content_of(idea)}, key=key, owner=idea.author,
            secrets={"by": account_of(idea.author)}, subject=subject_of(idea),
        )  # fmt: skip
        return
    kind = "idea.withdrawn.v1" if move.move == "withdraw" else "idea.moved.v1"
    if move.move != "withdraw":
        fields |= {"stage": STAGES[move.move], "number": move.number, **_more(idea, move)}
    enter(kind, fields, key=key, owner=idea.author, subject=subject_of(idea))


def _more(idea: Idea, move: Move) -> dict[str, Any]:
    """Return the fields that only some moves have."""
    more: dict[str, Any] = {}
    if move.milestone:
        more["station"] = move.milestone
    if move.move in COUNTED:
        more["supporters"] = move.supporters
    if move.reason or move.reason_en:
        more["reason"] = hash_of(move.reason, move.reason_en)
    if move.rule:
        more["rule"] = f"ideas.{move.rule}"
    if move.move == "merge" and idea.merged_into_id:
        more["into"] = idea.merged_into_id
    return more


def enter_edit(idea: Idea, revision: int) -> None:
    """Enter that an idea which others have seen says something else now."""
    enter(
        "idea.edited.v1", {"idea": idea.pk, "content": content_of(idea), "version": revision},
        key=f"idea:{idea.pk}:edit:{revision}", subject=subject_of(idea),
    )  # fmt: skip


def enter_rules(version: RuleVersion) -> None:
    """Enter a version of a programme's rules with its hash: anybody can compare the rules page with it."""
    programme = version.programme
    enter(
        "rule.version.v1",
        {"rule": rule_name(programme.slug), "version": version.number, "hash": version.sha256},
        key=f"ideas:rules:{programme.pk}:{version.number}",
        subject=(RULES_SUBJECT, str(programme.pk)),
    )


def rule_name(slug: str) -> str:
    """Return the name of a programme's rules in the book."""
    return f"ideas.{slug.replace('-', '_')}"
