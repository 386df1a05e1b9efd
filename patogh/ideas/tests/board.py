"""What tests of the review board share: marks, a fresh entry, scores that were handed in."""

from patogh.ideas.actions import reviewing
from patogh.ideas.models import BatchIdea

WORDS = {"reason": "به دردِ خیلی‌ها می‌خورد.", "reason_en": "It helps many."}


def marks(entry, value):
    return {one["key"]: value for one in entry.batch.criteria}


def fresh(entry):
    return BatchIdea.objects.select_related("batch", "idea").get(pk=entry.pk)


def scored(entry, values):
    for member, value in values.items():
        reviewing.hand_in(entry, marks(entry, value), "چون", by=member)
    return fresh(entry)
