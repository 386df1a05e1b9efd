"""Ideas that come from another house in a neutral folder: their moves one after the other, and every copy made anew behind them."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

from django.core.files.storage import default_storage
from django.db.models import Count, F, Max, Q, Sum
from django.utils import timezone

from patogh.activity import upkeep
from patogh.ideas import book, limits, pace, sniffing
from patogh.ideas.actions import found, moving
from patogh.ideas.actions.materials import FOLDER, _set_cover, path_of
from patogh.ideas.actions.supporting import _enter
from patogh.ideas.errors import ModelTooHeavy
from patogh.ideas.machine import GATHERING, ON_SALE, STEPS
from patogh.ideas.models import (
    Batch,
    BatchIdea,
    Budget,
    Feedback,
    Follow,
    Idea,
    Material,
    Move,
    Programme,
    RuleVersion,
    Support,
)
from patogh.ideas.nouns import STATION
from patogh.ideas.queries.rules import thresholds_for
from patogh.kit import ids, pictures
from patogh.kit import limits as kit_limits
from patogh.kit.hooks import plugins

EDGES: Final = {(step.move, source, step.target) for step in STEPS for source in step.sources} | {
    (STATION, GATHERING, GATHERING)
}
OPENING: Final = ("publish", STATION, "unarchive", "unmerge")
ENTERED_A_TURN: Final = 200


def take_material(path: Path, kind: str, token: str, name: str) -> dict[str, Any]:
    """Keep a file of the folder as an upload is kept; returns the columns that its bytes decide. Raises what uploads raise."""
    with path.open("rb") as file:
        data = file.read(max(limits.MODEL_BYTES_MAX, kit_limits.PICTURE_BYTES_MAX) + 1)
    form = "model" if kind == "model" else ""
    if default_storage.exists(path_of(token, form)) or Material.objects.filter(token=token).exists():
        token = f"{FOLDER}/{ids.token(18)}"
    if kind == "model":
        if len(data) > limits.MODEL_BYTES_MAX:
            raise ModelTooHeavy(megabytes=limits.MODEL_BYTES_MAX // (1024 * 1024))
        known = sniffing.model_form(data)
        default_storage.save(path_of(token, "model"), io.BytesIO(data))
        digest = hashlib.sha256(data).hexdigest()
        return {"token": token, "name": sniffing.file_name(name, known), "size_bytes": len(data), "sha256": digest}
    taken = pictures.take(data)
    for part, body in (("", taken.full_webp), ("thumb", taken.thumb_webp)):
        default_storage.save(path_of(token, part), io.BytesIO(body))
    size = len(taken.full_webp) + len(taken.thumb_webp)
    return {"token": token, "sha256": taken.sha256, "width": taken.width, "height": taken.height, "size_bytes": size}


@upkeep
def load_moves(fields: list[str], rows: list[tuple[Any, ...]]) -> int:
    """Let ideas take the moves that they took elsewhere, each only where it fits; returns how many were taken.

    A move that is here already, or that the machine does not know from where the idea stands, is left out.
    """
    came, every = 0, [dict(zip(fields, row, strict=True)) for row in rows]
    ideas = Idea.objects.select_related("programme", "rules").in_bulk({values["idea"] for values in every})
    for values in sorted(every, key=lambda one: (one["idea"], one["number"])):
        idea = ideas.get(values["idea"])
        edge = (values["move"], values["source"], values["target"])
        if (
            idea is None
            or idea.state != values["source"]
            or values["number"] != idea.moves_count + 1
            or edge not in EDGES
        ):
            continue
        _take(idea, values)
        came += 1
    return came


def _take(idea: Idea, values: dict[str, Any]) -> None:
    """Write one move, then the idea, as the database wants it."""
    made_at = values["made_at"] or timezone.now()
    said = {name: values[name] or "" for name in ("rule", "reason", "reason_en", "note")}
    Move.objects.create(
        idea=idea, number=values["number"], move=values["move"], source=values["source"], target=values["target"], by_id=values["by"],
        as_team=bool(values["as_team"]), milestone=values["milestone"], supporters=max(0, values["supporters"] or 0), made_at=made_at, **said,
    )  # fmt: skip
    changes: dict[str, Any] = {"state": values["target"], "state_since": made_at, "moves_count": values["number"]}
    if values["move"] == STATION:
        changes |= {"milestone": idea.milestone + 1, "state_since": idea.state_since}
    elif values["move"] == "publish":
        changes |= {"published_at": idea.published_at or made_at, "milestone": 0}
        changes["thresholds"] = idea.thresholds or thresholds_for(idea)
    elif values["move"] == "submit":
        changes["submitted_at"] = made_at
    Idea.objects.filter(pk=idea.pk).update(**changes)
    for name, value in changes.items():
        setattr(idea, name, value)


def settle(came: Callable[[str], Iterable[list[int]]]) -> None:
    """Make everything anew that is a copy of the rows that came, a few hundred at a time; safe to repeat."""
    for some in came("programmes"):
        _bind_programmes(some)
    for some in came("ideas"):
        for pk in some:
            _settle_idea(pk)
            last = enter_supports(pk)
            while last:
                last = enter_supports(pk, last)
    for some in came("idea_rounds"):
        _count_rounds(some)
    for some in came("programmes"):
        _count_programmes(some)


@upkeep
def _bind_programmes(some: list[int]) -> None:
    """Bind new ideas to the newest version that came, and enter the versions in the book of this house."""
    for programme in Programme.objects.filter(pk__in=some, rules=None):
        versions = list(RuleVersion.objects.select_related("programme").filter(programme=programme).order_by("number"))
        for version in versions:
            book.enter_rules(version)
        if versions:
            Programme.objects.filter(pk=programme.pk).update(rules=versions[-1], version=F("version") + 1)


@upkeep
def _settle_idea(pk: int) -> None:
    """Count an idea anew, open the window of the station ahead from when it began, and let it be found."""
    idea = moving.locked(pk)
    standing = Support.objects.filter(idea=idea, withdrawn_at=None)
    idea.supporters_count = standing.count()
    idea.pace = 0.0
    if idea.state == GATHERING:
        for given_at in standing.order_by("given_at").values_list("given_at", flat=True).iterator(chunk_size=2_000):
            idea.pace = pace.added(idea.pace, given_at)
    changes: dict[str, Any] = {
        "supporters_count": idea.supporters_count, "pace": idea.pace,
        "followers_count": Follow.objects.filter(idea=idea).count(),
        "feedback_count": Feedback.objects.filter(idea=idea, hidden_at=None).count(),
        "comments_count": (plugins.hook.conversation_counted(topic_id=idea.topic_id) or 0) if idea.topic_id else 0,
    }  # fmt: skip
    if idea.state == GATHERING:
        opened = Move.objects.filter(idea=idea, move__in=OPENING).aggregate(at=Max("made_at"))["at"]
        changes |= moving.window_from(idea, opened or idea.state_since)
    elif idea.state in ("in_review", "approved", "not_approved", "in_development", "on_sale"):
        entry = BatchIdea.objects.filter(idea=idea).order_by("-batch__number", "-pk").first()
        changes["batch"] = entry.batch if entry else None
    Idea.objects.filter(pk=pk).update(**changes)
    _set_cover(idea)
    if idea.state != "draft":
        found.index_idea(Idea.objects.select_related("programme", "rules", "author").get(pk=pk))


@upkeep
def enter_supports(idea_id: int, after: int = 0) -> int:
    """Enter supports of an idea that gathers in the book of this house, a few at a time; returns the last one's number, 0 at the end.

    They are counted towards its stations from here on, so whoever counts the lines must find them. Each is entered once.
    """
    if moving.locked(idea_id).state != GATHERING:
        return 0
    standing = Support.objects.select_related("member").filter(idea=idea_id, withdrawn_at=None, pk__gt=after)
    rows = list(standing.order_by("pk")[:ENTERED_A_TURN])
    for support in rows:
        _enter(support, support.member)
    return int(rows[-1].pk) if rows else 0


@upkeep
def _count_rounds(some: list[int]) -> None:
    """Count the ideas and decisions of rounds."""
    for row in Batch.objects.filter(pk__in=some):
        entries = BatchIdea.objects.filter(batch=row)
        decided = entries.filter(decision__isnull=False).count()
        Batch.objects.filter(pk=row.pk).update(ideas_count=entries.count(), decided_count=decided)


@upkeep
def _count_programmes(some: list[int]) -> None:
    """Count what programmes count, and what their members have out of a budget."""
    for pk in some:
        ideas, moves = Idea.objects.filter(programme=pk), Move.objects.filter(idea__programme=pk)
        counts = moves.aggregate(
            published=Count("pk", filter=Q(move="publish")), decided=Count("pk", filter=Q(move__in=("approve", "decline"))),
            made=Count("pk", filter=Q(target=ON_SALE)),
        )  # fmt: skip
        Programme.objects.filter(pk=pk).update(
            ideas_count=counts["published"], reviewed_count=counts["decided"], made_count=counts["made"],
            gathering_count=ideas.filter(state=GATHERING).count(), version=F("version") + 1,
        )  # fmt: skip
        spent = (
            Support.objects.filter(idea__programme=pk, withdrawn_at=None, cost__gt=0)
            .values_list("member")
            .annotate(Sum("cost"))
        )
        for member_id, cost in spent.iterator():
            Budget.objects.update_or_create(programme_id=pk, member_id=member_id, defaults={"spent": cost})
