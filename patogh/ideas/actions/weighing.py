"""Keeping what ideas mean: computed by the worker, outside of every transaction, then written."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from patogh.activity import upkeep
from patogh.ideas import limits, meaning
from patogh.ideas.models import Idea, Meaning, MeaningCode


def weigh_meaning(idea_id: int) -> bool:
    """Compute and keep what a public idea means; returns whether anything was written. Nothing without the optional package."""
    idea = Idea.objects.filter(pk=idea_id).exclude(published_at=None).first()
    if idea is None or not meaning.is_installed():
        return False
    text = f"{idea.title}\n{idea.lead}\n{idea.problem}\n{idea.proposal}"[: limits.SIMILAR_TEXT_CHARS_MAX]
    digest = meaning.sha256_of(text)
    if Meaning.objects.filter(idea=idea, text_sha256=digest).exists():
        return False
    vector = meaning.of_text(text)
    keep_meaning(idea_id, digest, meaning.packed(vector), meaning.codes(vector))
    return True


@upkeep
def keep_meaning(idea_id: int, digest: str, vector: bytes, codes: Sequence[int]) -> Meaning:
    """Write the meaning of an idea and its codes, in place of those before."""
    values = {"model": meaning.MODEL, "vector": vector, "text_sha256": digest, "made_at": timezone.now()}
    row, _ = Meaning.objects.update_or_create(idea_id=idea_id, defaults=values)
    MeaningCode.objects.filter(meaning=row).delete()
    MeaningCode.objects.bulk_create(MeaningCode(meaning=row, code=code) for code in sorted(set(codes)))
    return row


@upkeep
def forget_meaning(idea_id: int) -> None:
    """Forget what an idea means, when it is no longer public."""
    Meaning.objects.filter(idea=idea_id).delete()
