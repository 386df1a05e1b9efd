"""The board's and the shop's part of the year of ideas: rounds, sealed scores, decisions, products, sales and the makers' share."""

from __future__ import annotations

import datetime as dt
import random
from typing import TYPE_CHECKING, Final

from patogh.activity import upkeep
from patogh.conf.demo.actions.proposed import DAY, HOUR, MINUTE, Steps
from patogh.conf.demo.proposals import Call, Sketch
from patogh.conf.demo.stories import before
from patogh.ideas.actions import batches, deciding, reviewing, thresholds
from patogh.ideas.models import Batch, BatchIdea, Creator
from patogh.kit import calendar, persian
from patogh.people.queries import brand
from patogh.people.readers import stranger

if TYPE_CHECKING:
    from patogh.conf.demo.actions.proposed import Proposed

SEASONS: Final = (("بهار", "spring"), ("تابستان", "summer"), ("پاییز", "autumn"), ("زمستان", "winter"))
# The marks of reviewers whose words the files do not tell, by what was decided in the end: the lowest and the highest.
MARKS: Final = {"approve": (6, 9), "decline": (2, 6), "carry_over": (5, 8)}
WORDS: Final = {
    "approve": ("با همین طرح موافقم.", "نمونه را دیدم؛ کار می‌کند.", "قیمت در بازهٔ حامیان است."),
    "decline": ("ایمنی‌اش را نمی‌توانم امضا کنم.", "فکر خوبی است، ولی نه با این ساخت.", "ارزانش را بازار دارد."),
    "carry_over": ("منتظر نتیجهٔ آزمون می‌مانم.", "نه نمی‌گویم؛ زود است.", "یک نوبت دیگر."),
}  # fmt: skip
SCORED_BEFORE: Final = (6 * DAY, 4 * DAY, 3 * DAY)


class Board:
    """The rounds of a call, and what was decided in them."""

    def __init__(self, road: Proposed) -> None:
        """Judge what this year brings."""
        self.road = road

    def steps(self) -> tuple[Steps, list[dt.datetime]]:
        """Return all steps, and when the book has to be sealed so that decisions can be announced."""
        found: Steps = []
        for call in self.road.content.calls:
            found += self._rounds(call)
        seals: list[dt.datetime] = []
        for sketch in self.road.content.sketches:
            if decision := sketch.row.get("decision"):
                at = before(self.road.now, decision["at"])
                found += self._decision(sketch, at)
                seals.append(at + 20 * MINUTE)
            elif "scores" in sketch.row:
                found += self._open_scores(sketch)
        return found, seals

    def _rounds(self, call: Call) -> Steps:
        """Return the first round, and each closing with the round that opens by it."""
        times = [*call.rounds, None]
        ends = list(call.rounds)
        first: Steps = [(call.opened + HOUR, lambda: self._open(call, ends[0] if ends else None))]
        closings: Steps = [
            (at, lambda at=at, then=then: self._turn(call, at, then))  # type: ignore[misc]
            for at, then in zip(ends, times[1:], strict=False)
        ]  # fmt: skip
        return first + closings

    def _open(self, call: Call, closes: dt.datetime | None) -> None:
        """Open a round, named by the season in which it closes, and ask its reviewers."""
        programme = self.road.calls[call.row["slug"]]
        batches.keep_open(programme, _moment())
        batch = Batch.objects.filter(programme=programme, state="open").latest("number")
        _name(batch, closes, dt.timedelta(days=call.row["review_days"]))
        for handle in call.row.get("reviewers", []):
            batches.add_reviewer(batch, self.road.by[handle], by=self.road.by["ardalan"])

    def _turn(self, call: Call, at: dt.datetime, then: dt.datetime | None) -> None:
        """Close the open round and go on with the next."""
        programme = self.road.calls[call.row["slug"]]
        for batch in Batch.objects.filter(programme=programme, state="open", closes_at__lte=at):
            batches.close_batch(batch.pk, at)
        thresholds.turn_due(at)
        self._open(call, then)

    def _decision(self, sketch: Sketch, at: dt.datetime) -> Steps:
        """Return scores, the decision, and its announcement once witnesses have seen its line."""
        outcome = sketch.row["decision"]["outcome"]
        rng = random.Random(f"scores:{sketch.key}")  # noqa: S311 - a seeded demo
        words = rng.sample(WORDS[outcome], 3)
        keys = [one.key for one in sketch.call.terms[0][1].criteria]
        low, high = MARKS[outcome]
        found: Steps = []
        for handle, said, earlier in zip(sketch.call.row["reviewers"], words, SCORED_BEFORE, strict=True):
            marks = {key: rng.randint(low, high) for key in keys}
            found.append((at - earlier, lambda h=handle, m=marks, s=said: self._score(sketch, h, m, s)))  # type: ignore[misc]
        found.append((at, lambda: self._decide(sketch)))
        found.append((at + 30 * MINUTE, lambda: self._announce(at + 30 * MINUTE)))
        return found

    def _open_scores(self, sketch: Sketch) -> Steps:
        """Return the scores of an idea that still waits: those handed in so far."""
        keys = [one.key for one in sketch.call.terms[0][1].criteria]
        found: Steps = []
        for place, (handle, marks, words) in enumerate(sketch.row["scores"]):
            given = dict(zip(keys, marks, strict=True))
            at = self.road.now - (9 - 4 * place) * DAY
            found.append((at, lambda h=handle, m=given, w=words: self._score(sketch, h, m, w)))  # type: ignore[misc]
        return found

    def _entry(self, sketch: Sketch) -> BatchIdea:
        return BatchIdea.objects.filter(idea=self.road.backers.ideas[sketch.key]).latest("pk")

    def _score(self, sketch: Sketch, handle: str, marks: dict[str, int], words: str) -> None:
        """Hand a score in, or declare that one makes the idea."""
        entry, member = self._entry(sketch), self.road.by[handle]
        if Creator.objects.filter(idea=entry.idea_id, member=member).exists():
            reviewing.declare_conflict(entry, "خودم از سازندگانش هستم.", by=member)
        else:
            reviewing.hand_in(entry, marks, words, by=member)

    def _decide(self, sketch: Sketch) -> None:
        row, entry = sketch.row["decision"], self._entry(sketch)
        texts = {"reason": row["reason"], "reason_en": row["reason_en"]}
        deciding.decide(entry, row["outcome"], by=self.road.by[row["by"]], **texts)

    def _announce(self, at: dt.datetime) -> None:
        deciding.announce_due(at)
        for batch in Batch.objects.filter(state="reviewing"):
            batches.answer_batch(batch.pk)


def _moment() -> dt.datetime:
    from django.utils import timezone

    return timezone.now()


@upkeep
def _name(batch: Batch, closes: dt.datetime | None, answers: dt.timedelta) -> None:
    """Name a round by its season, and let it close when the story says."""
    batch.closes_at = closes or batch.closes_at
    batch.answers_by = batch.closes_at + answers
    viewer = stranger({}, brand().language)
    year, month, _ = calendar.jalali(calendar.local_day(batch.closes_at - DAY, viewer))
    fa, en = SEASONS[(month - 1) // 3]
    batch.name, batch.name_en = f"نوبت {fa} {persian.digits_fa(str(year))}", f"{en.capitalize()} {year}"
    batch.save(update_fields=["closes_at", "answers_by", "name", "name_en"])
