"""Keeping what ideas mean: computed by the worker, outside of every transaction, then written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.utils import timezone

from patogh.activity import upkeep
from patogh.activity.models import Pulse
from patogh.ideas import meaning
from patogh.ideas.machine import PRIVATE
from patogh.ideas.models import Idea, Meaning

BROKEN: Final = "ideas.meaning_broken"  # a pulse: since when the model does not work


def weigh_meaning(idea_id: int) -> bool:
    """Compute and keep what a public idea means; returns whether anything was written. Nothing without a model that works."""
    idea = Idea.objects.filter(pk=idea_id).exclude(state__in=PRIVATE).first()
    if idea is None or not meaning.is_installed():
        return False
    text = f"{idea.title}\n{idea.lead}\n{idea.problem}"
    digest = meaning.sha256_of(text)
    if Meaning.objects.filter(idea=idea, text_sha256=digest).exists():
        return False
    try:
        vector = meaning.of_text(text)
    except meaning.ModelUnusable:
        _note_broken()
        return False
    keep_meaning(idea_id, digest, meaning.packed(vector))
    return True


def weigh_all(told: Callable[[int], None] = lambda _done: None) -> int:
    """Compute what public ideas mean that have no vector of their present words; returns how many were written."""
    written, ideas = 0, Idea.objects.exclude(state__in=PRIVATE).order_by("pk").values_list("pk", flat=True)
    for done, idea_id in enumerate(list(ideas), 1):
        written += weigh_meaning(idea_id)
        told(done)
    return written


@upkeep
def keep_meaning(idea_id: int, digest: str, vector: bytes) -> None:
    """Write the meaning of an idea in place of the one before; the model works, so no alarm stands."""
    values = {"model": meaning.MODEL, "vector": vector, "text_sha256": digest, "made_at": timezone.now()}
    Meaning.objects.update_or_create(idea_id=idea_id, defaults=values)
    if Pulse.objects.filter(name=BROKEN).exists():
        Pulse.objects.filter(name=BROKEN).delete()


@upkeep
def forget_meaning(idea_id: int) -> None:
    """Forget what an idea means, when it is no longer public."""
    Meaning.objects.filter(idea=idea_id).delete()


@upkeep
def _note_broken() -> None:
    """Write down since when the model does not work; `health.alarms` says it."""
    Pulse.objects.get_or_create(name=BROKEN, defaults={"beat_at": timezone.now()})
