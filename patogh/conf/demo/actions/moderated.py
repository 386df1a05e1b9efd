"""A year of moderation as rows: what was reported, who decided what and why, what followed, and what was said against it."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from patogh.activity import upkeep
from patogh.conf.demo.cases import written
from patogh.trust.models import Appeal, Decision, Flag, QueueTally, ReviewItem, Sanction, SecondOpinion
from patogh.trust.models.asked import ITEM_KINDS

if TYPE_CHECKING:
    from patogh.conf.demo.actions.talk import Standing, Talk

MODERATORS: Final = ("navid", "navid", "navid", "yasaman", "kaveh")
FLAG_WEIGHT: Final = 1.25
BATCH: Final = 500
OUTCOMES: Final = {"approve": "disagreed", "none": "ignored"}


@dataclass(slots=True)
class Case:
    """One decided case: what was reported, by whom, when it was seen and decided, and what the file says of it."""

    post: Standing
    flags: list[tuple[int, str, str, dt.datetime]]
    row: dict[str, Any]
    by: int
    seen_at: dt.datetime
    decided_at: dt.datetime
    second: str = ""

    @property
    def outcome(self) -> str:
        """What became of its flags."""
        return OUTCOMES.get(self.row["what"], "agreed")


@upkeep
def write_moderation(talk: Talk) -> None:
    """Write every decided case with all that hangs on it."""
    rng = random.Random("moderation")  # noqa: S311 - a seeded demo
    by_handle = {member.handle: index for index, member in enumerate(talk.members)}
    rows = written()
    cases = [
        _written(by_handle, row, talk.cases[key])
        for number, row in enumerate(rows["closed"])
        if (key := f"closed:{number}") in talk.cases
    ]
    cases += [_found_fine(talk, by_handle, post, rows["found_fine"], rng) for post in talk.reported]
    cases.sort(key=lambda case: case.decided_at)
    items = _write_items(talk, cases)
    _write_flags(talk, cases, items)
    decisions = _write_decisions(talk, cases, items)
    _write_seconds(talk, by_handle, cases, items, decisions)
    _write_sanctions(talk, cases, decisions)
    _write_appeals(talk, by_handle, cases, decisions)
    QueueTally.objects.bulk_create([QueueTally(kind=kind) for kind, _ in ITEM_KINDS], ignore_conflicts=True)


def _written(by_handle: dict[str, int], row: dict[str, Any], post: Standing) -> Case:
    """Return a case that the file tells."""
    decided_at = post.at + dt.timedelta(minutes=row["after"])
    step = (decided_at - post.at) / (len(row["flags"]) + 2)
    flags = [
        (by_handle[who], reason, words, post.at + step * (place + 1))
        for place, (who, reason, words) in enumerate(row["flags"])
    ]
    return Case(post, flags, row, by_handle[row["by"]], decided_at - step, decided_at, row.get("second", ""))


def _found_fine(
    talk: Talk, by_handle: dict[str, int], post: Standing, rows: dict[str, Any], rng: random.Random
) -> Case:
    """Return a case in which moderators found nothing to do."""
    what, reason, public = rng.choice(rows["rows"])
    at = min(post.at + dt.timedelta(minutes=rng.randrange(20, 900)), talk.now - dt.timedelta(minutes=95))
    at = max(at, post.at)
    who = rng.choice([index for index in rng.sample(talk.readers, 6) if index != post.author])
    flags = [(who, rng.choice(rows["reasons"]), rng.choice(rows["words"]), at)]
    seen = at + dt.timedelta(minutes=min(rng.lognormvariate(3.9, 1.1), 2_000))
    decided = seen + dt.timedelta(minutes=1 + rng.expovariate(1 / 9))
    late = max(decided - (talk.now - dt.timedelta(minutes=9)), dt.timedelta())
    by = by_handle[rng.choice([name for name in MODERATORS if by_handle[name] not in {post.author, who}])]
    second = "" if rng.random() > 0.35 else what if rng.random() < 0.82 else rng.choice(("approve", "none", "edit"))
    row = {"what": what, "reason": reason, "public": public, "words": ""}
    return Case(post, flags, row, by, max(seen - late, at), max(decided - late, at), second)


def _write_items(talk: Talk, cases: list[Case]) -> list[ReviewItem]:
    return ReviewItem.objects.bulk_create(
        [
            ReviewItem(
                kind="flags",
                subject_kind="hangout.post",
                subject_id=str(case.post.post_id),
                member=talk.members[case.post.author],
                space_id=case.post.space_id,
                score=FLAG_WEIGHT * len(case.flags),
                flags_count=len(case.flags),
                is_hidden=case.row["what"] == "hide",
                state="decided",
                opened_at=case.flags[0][3],
                first_seen_at=case.seen_at,
                first_seen_by=talk.members[case.by],
                decided_at=case.decided_at,
                decided_by=talk.members[case.by],
            )
            for case in cases
        ],
        batch_size=BATCH,
    )


def _write_flags(talk: Talk, cases: list[Case], items: list[ReviewItem]) -> None:
    """Write the reports, and count what became of them for who reported and who wrote."""
    flags = []
    for case, item in zip(cases, items, strict=True):
        for who, reason, words, at in case.flags:
            flags.append(
                Flag(
                    item=item,
                    subject_kind=item.subject_kind,
                    subject_id=item.subject_id,
                    by=talk.members[who],
                    reason=reason,
                    words=words,
                    weight=FLAG_WEIGHT,
                    created_at=at,
                    outcome=case.outcome,
                    settled_at=case.decided_at,
                )
            )
            talk.deeds.outcomes[talk.members[who].pk][case.outcome] += 1
        if case.outcome == "agreed":
            talk.deeds.at_fault(talk.members[case.post.author].pk, case.decided_at)
    Flag.objects.bulk_create(flags, batch_size=BATCH)


def _write_decisions(talk: Talk, cases: list[Case], items: list[ReviewItem]) -> list[Decision]:
    return Decision.objects.bulk_create(
        [
            Decision(
                item=item,
                subject_kind=item.subject_kind,
                subject_id=item.subject_id,
                member=talk.members[case.post.author],
                space_id=item.space_id,
                by=talk.members[case.by],
                what=case.row["what"],
                sanction=case.row.get("sanction", ""),
                reason=case.row["reason"],
                words=case.row["words"],
                public_reason=case.row["public"],
                before={"was_hidden": False, "hid": case.row["what"] == "hide"},
                batch=uuid.uuid5(uuid.NAMESPACE_OID, f"demo decision {item.subject_id}"),
                decided_at=case.decided_at,
            )
            for case, item in zip(cases, items, strict=True)
        ],
        batch_size=BATCH,
    )


def _write_seconds(
    talk: Talk, by_handle: dict[str, int], cases: list[Case], items: list[ReviewItem], decisions: list[Decision]
) -> None:
    """Write what a second moderator would have decided: given within the last weeks, three of them not yet."""
    asked = [row for row in zip(cases, items, decisions, strict=True) if row[0].second]
    last = talk.now - dt.timedelta(days=26)
    made = []
    for place, (case, item, decision) in enumerate(asked):
        other = by_handle["yasaman" if case.by != by_handle["yasaman"] else "navid"]
        is_given = place < len(asked) - 3 and other != case.post.author
        given = max(case.decided_at + dt.timedelta(hours=5 + place % 30), last + dt.timedelta(hours=7 * place % 600))
        made.append(
            SecondOpinion(
                item=item,
                decision=decision,
                first_by=talk.members[case.by],
                asked_at=case.decided_at,
                by=talk.members[other] if is_given else None,
                what=case.second if is_given else "",
                given_at=min(given, talk.now - dt.timedelta(minutes=30)) if is_given else None,
            )
        )
    SecondOpinion.objects.bulk_create(made, batch_size=BATCH)


def _write_sanctions(talk: Talk, cases: list[Case], decisions: list[Decision]) -> None:
    """Write warnings, silences and suspensions, and the copies of those that still hold."""
    made = []
    for case, decision in zip(cases, decisions, strict=True):
        if not decision.sanction:
            continue
        days = case.row.get("sanction_days")
        until = case.decided_at + dt.timedelta(days=days) if days else None
        made.append(
            Sanction(
                decision=decision,
                member=talk.members[case.post.author],
                kind=decision.sanction,
                reason=decision.reason,
                words=decision.words,
                since=decision.decided_at,
                until=until,
            )
        )
    Sanction.objects.bulk_create(made)
    columns = {"silence": "silenced_until", "suspension": "suspended_until"}
    for row in made:
        if row.until is not None and row.until > talk.now:
            type(row.member).objects.filter(pk=row.member_id).update(**{columns[row.kind]: row.until})


def _write_appeals(talk: Talk, by_handle: dict[str, int], cases: list[Case], decisions: list[Decision]) -> None:
    """Write the appeals that another moderator has answered."""
    made = []
    for case, decision in zip(cases, decisions, strict=True):
        if "appeal" not in case.row:
            continue
        opened = case.decided_at + dt.timedelta(hours=9)
        made.append(
            Appeal(
                decision=decision,
                by=talk.members[case.post.author],
                against=talk.members[case.by],
                words=case.row["appeal"],
                opened_at=opened,
                outcome=case.row["outcome"],
                answer=case.row["answer"],
                decided_by=talk.members[by_handle[case.row["answered_by"]]],
                decided_at=opened + dt.timedelta(hours=21),
            )
        )
    Appeal.objects.bulk_create(made)
