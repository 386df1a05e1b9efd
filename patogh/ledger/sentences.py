"""A line of the book in one sentence, without names: only what its bytes say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from patogh.kit import numbers
from patogh.ledger.labels import label_of
from patogh.ledger.rules import RULES
from patogh.ledger.values import DECISIONS, STAGES, UNITS, WHYS, value_words

if TYPE_CHECKING:
    from patogh.kit.calendar import Viewer

Entry = dict[str, Any]
HASH_HEX_CHARS: Final = 64
ISOLATE, END = "\u2066", "\u2069"  # a name in Latin letters stays in its place within a Persian sentence
TIMES: Final = frozenset({"at", "until", "closes_at"})
DONE: Final = {
    "approve": gettext_lazy("something was approved"), "hide": gettext_lazy("something was hidden"),
    "edit": gettext_lazy("something was edited"), "delete": gettext_lazy("something was deleted"),
    "none": gettext_lazy("nothing had to be done"), "warning": gettext_lazy("a warning was given"),
    "silence": gettext_lazy("somebody was silenced for a time"), "suspension": gettext_lazy("somebody was suspended"),
    "lift": gettext_lazy("a limit was lifted"), "undo": gettext_lazy("a decision was taken back"),
}  # fmt: skip
FIELDS: Final = {
    "at": gettext_lazy("Time"), "id": gettext_lazy("Id"), "t": gettext_lazy("Kind"), "unit": gettext_lazy("Unit"),
    "why": gettext_lazy("Why"), "rule": gettext_lazy("Rule"), "a": gettext_lazy("House account"),
    "c": gettext_lazy("Sealed account"), "n": gettext_lazy("Amount"), "corrects": gettext_lazy("Corrects"),
    "class": gettext_lazy("Class"), "accounts": gettext_lazy("Accounts"), "transfers": gettext_lazy("Transfers"),
    "what": gettext_lazy("What"), "reason": gettext_lazy("Reason"), "subject": gettext_lazy("Subject"),
    "by": gettext_lazy("Who, sealed"), "member": gettext_lazy("Whom, sealed"), "words": gettext_lazy("Words, sealed"),
    "outcome": gettext_lazy("Outcome"), "about": gettext_lazy("About"), "until": gettext_lazy("Until"),
    "poll": gettext_lazy("Poll"), "roll_size": gettext_lazy("Voters on the roll"), "options": gettext_lazy("Choices"),
    "counts": gettext_lazy("Counts"), "ballots": gettext_lazy("Ballots"), "unopened": gettext_lazy("Unopened"),
    "choice": gettext_lazy("Choice"),
    "voter": gettext_lazy("Key of the ballot"),
    "seal": gettext_lazy("Seal of the choice"),
    "old": gettext_lazy("Old key"), "new": gettext_lazy("New key"), "leaves": gettext_lazy("Lines"),
    "version": gettext_lazy("Version"),
    "before": gettext_lazy("Before"),
    "after": gettext_lazy("After"),
    "on": gettext_lazy("On"),
    "hash": gettext_lazy("Hash"),
    "lines": gettext_lazy("Movement"),
    "classes": gettext_lazy("Class"),
    "balances": gettext_lazy("Brought forward"),
    "part": gettext_lazy("Part"),
    "parts": gettext_lazy("Parts"),
    "origin": gettext_lazy("Name of the book"),
    "size": gettext_lazy("Lines"),
    "root": gettext_lazy("Seal"),
    "note": gettext_lazy("Hash of the seal’s text"),
    "weight": gettext_lazy("Weight of the flags"),
    "sanction": gettext_lazy("Measure"),
    "second": gettext_lazy("Second opinion"),
    "closes_at": gettext_lazy("Closes"),
    "signature": gettext_lazy("Signature"),
    "question": gettext_lazy("Hash of the question"),
    "options_hash": gettext_lazy("Hash of the choices"),
    "roll_root": gettext_lazy("Seal of the roll"),
    "sealed": gettext_lazy("Sealed"),
    "r": gettext_lazy("Random number"),
    "amount": gettext_lazy("Amount"),
    "per_day": gettext_lazy("At most a day"),
    "stage": gettext_lazy("Where it stands"), "number": gettext_lazy("Number"),
    "station": gettext_lazy("Station"), "into": gettext_lazy("Into idea"),
    "content": gettext_lazy("Hash of what it says"), "decision": gettext_lazy("Decision"),
    "reasons": gettext_lazy("Hash of the reasons"),
    "idea": gettext_lazy("Idea"),
    "nullifier": gettext_lazy("Mark of one person for one idea"),
    "support": gettext_lazy("The support’s line"),
    "supporters": gettext_lazy("Supporters"),
}  # fmt: skip


def sentence_of(entry: Entry, viewer: Viewer) -> str:
    """Return one line as a sentence; a kind that needs no figures says what its label says."""
    special = _SAID.get(str(entry.get("t")))
    try:
        return special(entry, viewer) if special else str(label_of(str(entry.get("t"))).says)
    except (ArithmeticError, KeyError, TypeError, ValueError):
        return str(label_of(str(entry.get("t"))).says)


def fields_of(entry: Entry) -> Iterator[tuple[str, Any, str]]:
    """Yield (words of the field, value, how to show it: "time", "hash" or "") of a line, the nested ones numbered."""
    yield from _flat(entry, "")


def _flat(value: Any, path: str) -> Iterator[tuple[str, Any, str]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value, 1)
    for name, item in pairs:
        words = str(FIELDS.get(name, name)) if isinstance(name, str) else f"({name})"
        here = f"{path} {words}".strip()
        if isinstance(item, dict | list):
            yield from _flat(item, here)
        elif name in TIMES and isinstance(item, int):
            yield here, item, "time"
        else:
            is_hash = isinstance(item, str) and len(item) >= HASH_HEX_CHARS // 2
            yield here, value_words(str(name), item), "hash" if is_hash else ""


def amount_words(amount: int, unit: str, viewer: Viewer) -> str:
    """Return «۱۵ امتیاز»."""
    return f"{numbers.number(amount, viewer)} {UNITS.get(unit, unit)}"


def _transfer(entry: Entry, viewer: Viewer) -> str:
    moved = amount_words(sum(line["n"] for line in entry["lines"] if line["n"] > 0), entry["unit"], viewer)
    why = _why(str(entry.get("why", "")), str(entry.get("rule", "")).removeprefix("ledger."))
    return _("%(amount)s: %(why)s") % {"amount": moved, "why": why} if why else moved


def transfer_words(kind: str) -> str:
    """Return what a transfer of a kind like "award.accepted_answer" was for."""
    why, _dot, rule = kind.partition(".")
    return _why(why, rule) or kind


def _why(why: str, rule: str) -> str:
    said = str(WHYS.get(why, ""))
    if rule not in RULES:
        return said
    label = str(RULES[rule].label)
    return label if why == "award" else f"{said}: {label}"


def _balance(entry: Entry, viewer: Viewer) -> str:
    count = entry.get("transfers", 0)
    words = ngettext(
        "%(count)s transfer, in %(unit)s; the sums cancel out",
        "%(count)s transfers, in %(unit)s; the sums cancel out",
        count,
    )
    return words % {
        "count": numbers.number(count, viewer), "unit": UNITS.get(entry["unit"], entry["unit"]),
    }  # fmt: skip


def _moderation(entry: Entry, _viewer: Viewer) -> str:
    return str(DONE[entry.get("sanction") or entry["what"]])


def _appeal(entry: Entry, _viewer: Viewer) -> str:
    return (
        _("an appeal: the decision stands") if entry["outcome"] == "upheld" else _("an appeal: the decision was lifted")
    )


def _poll(entry: Entry, viewer: Viewer) -> str:
    count = numbers.number(entry.get("roll_size", 0), viewer)
    return _("poll %(poll)s began, with %(count)s voters on its roll") % {
        "poll": _poll_name(entry, viewer), "count": count,
    }  # fmt: skip


def _poll_name(entry: Entry, viewer: Viewer) -> str:
    """Return the number of a poll, or the beginning of its id where it has one."""
    poll = entry["poll"]
    return numbers.number(poll, viewer) if isinstance(poll, int) else f"{ISOLATE}{str(poll)[:8]}{END}"


def _ballot(entry: Entry, viewer: Viewer) -> str:
    return _("one sealed ballot in poll %(poll)s") % {"poll": _poll_name(entry, viewer)}


def _result(entry: Entry, viewer: Viewer) -> str:
    words = ngettext(
        "poll %(poll)s: %(count)s ballot counted", "poll %(poll)s: %(count)s ballots counted", entry["ballots"]
    )
    return words % {
        "poll": _poll_name(entry, viewer), "count": numbers.number(entry["ballots"], viewer),
    }  # fmt: skip


def _erasure(entry: Entry, viewer: Viewer) -> str:
    count = len(entry["leaves"])
    words = ngettext(
        "what opens %(count)s line was erased; the line stays",
        "what opens %(count)s lines was erased; the lines stay",
        count,
    )
    return words % {"count": numbers.number(count, viewer)}


def _idea(entry: Entry, viewer: Viewer) -> str:
    return _("idea %(idea)s: %(says)s") % {
        "idea": numbers.number(entry["idea"], viewer), "says": str(label_of(str(entry["t"])).says),
    }  # fmt: skip


def _idea_moved(entry: Entry, viewer: Viewer) -> str:
    idea, stage = numbers.number(entry["idea"], viewer), str(STAGES[entry["stage"]])
    if "station" not in entry:
        return _("idea %(idea)s: %(says)s") % {"idea": idea, "says": stage}
    return _("idea %(idea)s reached its station of %(count)s supporters") % {
        "idea": idea, "count": numbers.number(entry["station"], viewer),
    }  # fmt: skip


def _decided(entry: Entry, viewer: Viewer) -> str:
    return _("the board on idea %(idea)s: %(says)s") % {
        "idea": numbers.number(entry["idea"], viewer), "says": str(DECISIONS[entry["decision"]]),
    }  # fmt: skip


_SAID: Final[dict[str, Callable[[Entry, Viewer], str]]] = {
    "points.transfer.v1": _transfer, "money.transfer.v1": _transfer, "trial_balance.v1": _balance,
    "moderation.action.v1": _moderation, "moderation.appeal_decided.v1": _appeal, "poll.opened.v1": _poll,
    "ballot.v1": _ballot, "poll.result.v1": _result, "erasure.performed.v1": _erasure,
    "idea.submitted.v1": _idea, "idea.edited.v1": _idea, "idea.withdrawn.v1": _idea, "idea.moved.v1": _idea_moved,
    "support.v1": _idea, "support.withdrawn.v1": _idea, "review.decided.v1": _decided,
}  # fmt: skip
