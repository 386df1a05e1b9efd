"""Every type of entry with its closed fields, besides `at`, `id` and `t`, which each has."""

from __future__ import annotations

from typing import Final

from patogh.ledger.schemas.fields import (
    AMOUNT,
    COMMITMENT,
    COUNT,
    HASH,
    HOUSE_ACCOUNT,
    IDENTIFIER,
    ORIGIN,
    RULE,
    SUBJECT,
    TIME,
    UNIT,
    VERIFIER_KEY,
    AnyOf,
    Field,
    Hex,
    ListOf,
    OneOf,
    Pattern,
    Record,
    Whole,
)  # fmt: skip
from patogh.ledger.schemas.polls import POLLS

BPS: Final = Whole(0, 10_000)
PERIOD: Final = Pattern(r"[0-9]{4}-(0[1-9]|1[0-2])", 'a month like "2026-11"')
WHATS: Final = OneOf(("approve", "hide", "edit", "delete", "none", "warning", "silence", "suspension", "lift", "undo"))
REASONS: Final = OneOf(
    (
        "off_topic",
        "insult",
        "sexual",
        "spam",
        "scam",
        "illegal",
        "privacy",
        "minor_safety",
        "flags",
        "harmless",
        "other",
    )
)
ACCOUNT_CLASSES: Final = OneOf(
    ("member", "issuance", "hold", "royalty_accrued", "payable", "clearing", "bank", "fees", "tax_withheld",
     "expired_points", "brand_expense", "redeemed", "revenue", "opening")
)  # fmt: skip
CLASS_TOTALS: Final = ListOf(
    Record({"class": ACCOUNT_CLASSES, "n": AMOUNT, "accounts": COUNT}, frozenset({"accounts"})), 0, 30
)
NOT_ZERO: Final = AMOUNT
LINE: Final = AnyOf((Record({"a": HOUSE_ACCOUNT, "n": NOT_ZERO}), Record({"c": COMMITMENT, "n": NOT_ZERO})))
TRANSFER: Final = Record(
    {
        "unit": UNIT,
        "why": OneOf(("award", "take_back", "reversal", "transfer", "settled", "expired", "tip", "royalty", "payout", "redeemed", "grant")),
        "rule": RULE,
        "lines": ListOf(LINE, 2, 100),
        "corrects": IDENTIFIER,
    },
    frozenset({"why", "rule", "corrects"}),
)  # fmt: skip
IDEA: Final = Whole(1)
STAGES: Final = OneOf(
    ("open", "review", "design", "making", "on_sale", "declined", "merged", "recalled", "returned", "station", "expired",
     "approved", "carried_over", "stopped", "archived")
)  # fmt: skip

NOW: Final[dict[str, Record]] = {
    "log.opened.v1": Record(
        {
            "origin": ORIGIN, "size": COUNT, "root": HASH, "note": HASH,
            "balances": ListOf(Record({"unit": UNIT, "transfers": COUNT, "classes": CLASS_TOTALS}), 0, 8),
        },
        frozenset({"balances"}),
    ),
    "moderation.action.v1": Record(
        {
            "what": WHATS, "reason": REASONS, "sanction": OneOf(("warning", "silence", "suspension")),
            "subject": SUBJECT, "weight": Whole(0, 1_000_000), "until": TIME, "second": Whole(0, 1),
            "by": COMMITMENT, "member": COMMITMENT, "words": COMMITMENT, "about": IDENTIFIER,
        },
        frozenset({"sanction", "subject", "weight", "until", "second", "by", "member", "words", "about"}),
    ),
    "moderation.appeal_decided.v1": Record(
        {"outcome": OneOf(("upheld", "lifted")), "about": IDENTIFIER, "subject": SUBJECT, "second": Whole(0, 1),
         "by": COMMITMENT, "member": COMMITMENT, "words": COMMITMENT},
        frozenset({"about", "subject", "second", "by", "member", "words"}),
    ),
    "points.transfer.v1": TRANSFER,
    "money.transfer.v1": TRANSFER,
    "trial_balance.v1": Record(
        {
            "unit": UNIT, "transfers": COUNT,
            "classes": CLASS_TOTALS,
        },
        frozenset({"transfers"}),
    ),
    "key.rotated.v1": Record(
        {"old": VERIFIER_KEY, "new": VERIFIER_KEY, "until": TIME, "why": OneOf(("planned", "compromise"))},
        frozenset({"why"}),
    ),
    "erasure.performed.v1": Record({"leaves": ListOf(COUNT, 0, 200), "part": COUNT, "parts": COUNT}),
    "policy.changed.v1": Record(
        {"what": OneOf(("witnesses", "terms", "rules", "privacy")), "before": HASH, "after": HASH},
        frozenset({"before"}),
    ),
    "rule.version.v1": Record(
        {"rule": RULE, "version": Whole(1), "amount": AMOUNT, "per_day": COUNT, "on": Whole(0, 1), "hash": HASH},
        frozenset({"amount", "per_day", "on", "hash"}),
    ),
}  # fmt: skip

NEXT: Final[dict[str, Record]] = {
    "idea.submitted.v1": Record({"idea": IDEA, "content": HASH, "by": COMMITMENT}),
    "idea.edited.v1": Record({"idea": IDEA, "content": HASH, "version": Whole(1)}),
    "idea.withdrawn.v1": Record({"idea": IDEA}),
    "idea.moved.v1": Record(
        {"idea": IDEA, "stage": STAGES, "number": Whole(1, 1_000_000), "station": Whole(1, 100_000_000), "into": IDEA,
         "supporters": COUNT, "reason": HASH, "rule": RULE},
        frozenset({"number", "station", "into", "supporters", "reason", "rule"}),
    ),
    "support.v1": Record({"idea": IDEA, "by": COMMITMENT, "nullifier": Hex(32)}),
    "support.withdrawn.v1": Record({"idea": IDEA, "support": IDENTIFIER}),
    "review.decided.v1": Record({"idea": IDEA, "decision": OneOf(("yes", "no", "later")), "reasons": HASH}),
    "royalty.rate_set.v1": Record({"idea": IDEA, "bps": BPS, "contract": HASH}),
    "royalty.period_closed.v1": Record(
        {"idea": IDEA, "period": PERIOD, "unit": UNIT, "gross": AMOUNT, "returns": AMOUNT, "net": AMOUNT, "bps": BPS,
         "sum": AMOUNT, "contract": HASH}
    ),
    "royalty.line.v1": Record({"idea": IDEA, "period": PERIOD, "line": COMMITMENT}),
    "royalty.corrected.v1": Record({"idea": IDEA, "period": PERIOD, "about": IDENTIFIER, "unit": UNIT, "n": AMOUNT}),
    "tip.held.v1": Record({"tip": IDENTIFIER, "unit": UNIT, "n": COUNT, "from": COMMITMENT, "to": COMMITMENT}),
    "tip.settled.v1": Record({"tip": IDENTIFIER}),
    "tip.refunded.v1": Record({"tip": IDENTIFIER, "n": COUNT}),
    "payout.requested.v1": Record({"payout": IDENTIFIER, "unit": UNIT, "n": COUNT, "to": COMMITMENT}),
    "payout.settled.v1": Record({"payout": IDENTIFIER, "reference": COMMITMENT}),
    "payout.failed.v1": Record({"payout": IDENTIFIER, "why": OneOf(("refused", "timeout", "account", "limit", "cancelled", "erased"))}),
    "ambassador.rewarded.v1": Record({"rule": RULE, "unit": UNIT, "n": AMOUNT, "member": COMMITMENT}),
    "member.key_registered.v1": Record({"member": COMMITMENT, "key": COMMITMENT}),
    "member.key_revoked.v1": Record({"about": IDENTIFIER}),
}  # fmt: skip

COMMON: Final[dict[str, Field]] = {"at": TIME, "id": IDENTIFIER}
KINDS: Final[dict[str, Record]] = {**NOW, **POLLS, **NEXT}
WITNESSED_FIRST: Final = frozenset(
    {"poll.result.v1", "review.decided.v1", "royalty.period_closed.v1", "payout.requested.v1", "payout.settled.v1"}
)
