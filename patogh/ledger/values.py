"""The words of what a line of the book may hold: the closed values of its fields, as people read them."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from patogh.ledger.labels import label_of
from patogh.ledger.rules import RULES

WHATS: Final = {
    "approve": _("approved"), "hide": _("hidden"), "edit": _("edited"), "delete": _("deleted"),
    "none": _("left as it was"), "warning": _("a warning"), "silence": _("silence for a time"),
    "suspension": _("suspension"), "lift": _("a limit lifted"), "undo": _("a decision taken back"),
    "witnesses": _("the witnesses"), "terms": _("the terms"), "rules": _("the rules of the house"),
    "privacy": _("the privacy notice"),
}  # fmt: skip
REASONS: Final = {
    "off_topic": _("off topic"), "insult": _("an insult"), "sexual": _("sexual content"), "spam": _("spam"),
    "scam": _("a scam"), "illegal": _("against the law"), "privacy": _("somebody’s privacy"),
    "minor_safety": _("the safety of minors"), "flags": _("flags of members"), "harmless": _("it was harmless"),
    "other": pgettext_lazy("reason", "another reason"),
}  # fmt: skip
WHYS: Final = {
    "award": _("earned"), "take_back": _("taken back"), "reversal": _("corrects an earlier line"),
    "transfer": _("moved"), "settled": _("a waiting amount became final"), "expired": _("ran out"), "tip": _("a tip"),
    "royalty": _("a maker's share"), "payout": _("a payout"), "redeemed": _("spent"),
    "grant": _("given by the house"), "planned": _("as planned"), "compromise": _("the key was in wrong hands"),
}  # fmt: skip
UNITS: Final = {"pt": _("points"), "IRR": _("rials"), "IRT": _("tomans"), "EUR": _("euro cents")}
OUTCOMES: Final = {"upheld": _("the decision stands"), "lifted": _("the decision was lifted")}
STAGES: Final = {
    "open": _("it gathers supporters"), "review": _("it goes to the board"), "design": _("it is designed"),
    "making": _("it is being made"), "on_sale": _("it is on sale"), "declined": _("it was not approved"),
    "merged": _("it was merged into another one"), "recalled": _("its author took it back from the queue"),
    "returned": _("it was returned with a reason"), "station": _("it reached a station"),
    "expired": _("its time is over"), "approved": _("it was approved"),
    "carried_over": _("it was carried over to the next batch"), "stopped": _("it will not be made"),
    "archived": _("it was laid aside"),
}  # fmt: skip
DECISIONS: Final = {"yes": _("approved"), "no": _("not approved"), "later": _("carried over")}
VALUES: Final = {
    "stage": STAGES, "decision": DECISIONS,
    "what": WHATS, "sanction": WHATS, "reason": REASONS, "why": WHYS, "unit": UNITS, "outcome": OUTCOMES,
}  # fmt: skip


def value_words(field: str, value: Any) -> Any:
    """Return a closed value in words; whatever is not closed stays as it is."""
    if field == "t":
        return str(label_of(str(value)).name)
    if field == "rule" and str(value).removeprefix("ledger.") in RULES:
        return str(RULES[str(value).removeprefix("ledger.")].label)
    words = VALUES.get(field, {}).get(value) if isinstance(value, str) else None
    return value if words is None else str(words)
