"""What a supporter would pay, and for whom it is: asked once a support stands, changed as often as one likes."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import F
from django.utils import timezone

from patogh.activity import action, record
from patogh.ideas import limits
from patogh.ideas.errors import BadForWhom, BadPrice, SupportNeeded, WordsTooLong
from patogh.ideas.models import Idea, Support, SurveyAnswer
from patogh.ideas.queries.access import shows_count
from patogh.ideas.terms import terms_of
from patogh.people.models import Member
from patogh.trust.queries import check_may_write


@dataclass(frozen=True, slots=True)
class Answer:
    """A price in minor units of the programme's unit (None: not said), a key of its choices or nothing, and a few words."""

    price_minor: int | None = None
    for_whom: str = ""
    words: str = ""


@action
def answer_survey(idea: Idea, answer: Answer, *, by: Member) -> SurveyAnswer:
    """Keep a supporter's answer, in place of the one before. Raises SupportNeeded, BadPrice, BadForWhom or WordsTooLong."""
    check_may_write(by)
    row = Idea.objects.select_for_update(of=("self",), no_key=True).select_related("rules").get(pk=idea.pk)
    if not Support.objects.filter(idea=row, member=by, withdrawn_at=None).exists():
        raise SupportNeeded
    terms, words = terms_of(row.rules), answer.words.replace("\0", "").strip()
    if answer.price_minor is not None and not 0 < answer.price_minor <= limits.PRICE_MINOR_MAX:
        raise BadPrice
    if answer.for_whom and answer.for_whom not in {choice.key for choice in terms.survey_choices}:
        raise BadForWhom
    if len(words) > limits.SURVEY_CHARS_MAX:
        raise WordsTooLong(most=limits.SURVEY_CHARS_MAX)
    held, _ = SurveyAnswer.objects.update_or_create(
        idea=row, member=by,
        defaults={
            "price_minor": answer.price_minor, "unit": terms.survey_unit, "for_whom": answer.for_whom, "words": words,
            "answered_at": timezone.now(),
        },
    )  # fmt: skip
    if shows_count(row):  # prices are not shown where the number is hidden, and the version would tell of them
        Idea.objects.filter(pk=row.pk).update(version=F("version") + 1)
    record("ideas.survey_answered", by=by, subject=row, audience="staff")
    return held
