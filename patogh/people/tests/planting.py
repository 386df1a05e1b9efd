"""Puts a word that stands nowhere else into every field of every table that belongs to a member."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import models
from django.utils import timezone

from patogh.ideas.models import Idea, Move
from patogh.ledger.actions.points import award
from patogh.people.leaving import belonging
from patogh.people.leaving.belonging import Kept
from patogh.people.models import Member

# What the constraints of a table want beside what its columns say.
WISHES: dict[str, dict[str, Any]] = {
    "people.leaving": {"erase_at": timezone.now() + dt.timedelta(days=9)},
    "people.memberfollow": {"followed": "other"},
    "trust.block": {"blocked": "other"},
    "trust.sanction": {"until": timezone.now() + dt.timedelta(days=9)},
    "api.token": {"digest": "0f" * 32},
    "api.webhookendpoint": {"paused_why": ""},
    "hangout.pollrecord": {
        "is_sealed": True,
        "roll_size": 1,
        "ref": "0f" * 16,
        "roll_root": "",
        "counts": [],
    },  # no words
    "ledger.payout": {"state": "settled", "why": "", "ended_at": timezone.now(), "amount": 1_000_000, "key": "planted"},
    "ideas.programme": {"rules": None},
    "ideas.idea": {
        "state": "draft",
        "again_of": None,
        "merged_into": None,
        "batch": None,
        "missing": None,
        "window_ends_at": None,
    },
    "ideas.support": {"came_from": None, "withdrawn_at": None},
    "ideas.move": {
        "move": "submit",
        "source": "draft",
        "target": "submitted",
    },  # triggers take only steps of the machine
    "ledger.submission": {"log": None},
    "ledger.transfer": {"kind": "", "subject_kind": "", "reason": ""},  # a trigger holds them as they were written
}
SHORTEST = 12


def posted(member: Member, other: Member, word: str) -> Any:
    """A transfer to a member: its triggers take none that its own action did not write."""
    return award("accepted_answer", member, idem=f"planted:{member.pk}", subject=("hangout.post", word), by=other)


def moved(member: Member, other: Member, word: str) -> Any:
    """A step of some idea with its reasons, which stay as they were written."""
    idea, step = Idea.objects.order_by("pk").first(), WISHES["ideas.move"]
    assert idea is not None
    said = {"reason": word, "reason_en": word, "made_at": timezone.now(), "by": member}
    return Move.objects.create(idea=idea, number=idea.moves_count + 1, **step, **said)


BUILT = {"ledger.transfer": posted, "ideas.move": moved}


# Tables whose rows hang on an identity and that other tests plant: the road, links, consents and looks are append-only.
APART = {"activity.activity", "people.identity", "people.identitylink", "people.consent", "persons.look"}


def hanging() -> list[Kept]:
    """Every table whose rows belong to somebody through an identity of theirs: files that named them, codes they bought with."""
    return [kept for kept in belonging.kept() if kept.by_identity and kept.name not in APART]


def plant_hanging(member: Member, other: Member, word: str) -> list[Kept]:
    """Make a row with the word in each table that hangs on an identity of this member; returns the tables."""
    made_before: dict[str, Any] = {}
    for kept in hanging():
        try:
            row = kept.rows_of(member).first() or made(kept.model, member, other, "beside", made_before)
        except Exception as error:
            raise AssertionError(f"{kept.name} wants a line in WISHES: {error}") from error
        path = kept.by_identity.removesuffix("_id")
        fresh = {field.name: said(field, word) for field in texts(kept)}
        if "__" not in path:
            fresh[path] = member.identity
        if fresh:
            kept.model._default_manager.filter(pk=row.pk).update(**fresh)
    return hanging()


def tables() -> list[Kept]:
    """Every table whose rows belong to somebody through a column."""
    every = [kept for kept in belonging.kept() if kept.owner and kept.owner != "pk"]
    return [kept for kept in every if kept.exported or kept.deleting or kept.blanked]


def plant(member: Member, other: Member, word: str, *, goes: bool = False) -> dict[str, Any]:
    """Make a row with the word in each table that has none of this member's, and put it into those that have.

    With `goes` only where erasing has to find it: the inventories keep a moderator's reasons and what they are about.
    """
    planted: dict[str, Any] = {}
    for kept in tables():
        row = kept.rows_of(member).first()
        try:
            row = row or built(kept, member, other, "beside" if goes else word)
            row = row or made(kept.model, member, other, word, planted, goes)
        except Exception as error:
            raise AssertionError(f"{kept.name} wants a line in WISHES: {error}") from error
        fresh = {field.name: said(field, word) for field in texts(kept, goes)}
        if fresh and kept.name not in {"people.identity", *BUILT}:
            kept.model._default_manager.filter(pk=row.pk).update(**fresh)
    return planted


def built(kept: Kept, member: Member, other: Member, word: str) -> Any:
    """A row that only its room's own action can write; None for the other tables."""
    return BUILT[kept.name](member, other, word) if kept.name in BUILT else None


def texts(kept: Kept, goes: bool = False) -> list[Any]:
    """The columns of a table that hold words somebody wrote: those that go out with them, or go with them."""
    told = names(kept, goes)
    wishes = WISHES.get(kept.model._meta.label_lower, {})
    return [
        one
        for one in kept.model._meta.concrete_fields
        if is_text(one) and not one.unique and one.name in told - set(wishes)
    ]


def names(kept: Kept, goes: bool) -> set[str]:
    """The columns in question."""
    out = [] if goes and kept.model._meta.app_label != "hangout" else kept.exported
    return {field.name for field in (*out, *kept.blanked)}


def is_text(field: Any) -> bool:
    """Whether a column may hold the word."""
    is_words = isinstance(field, models.CharField | models.TextField) and not field.choices
    is_long = not field.max_length or field.max_length >= SHORTEST
    return (is_words and is_long) or isinstance(field, models.JSONField)


def said(field: Any, word: str) -> Any:
    """What is planted in a column."""
    return {"said": word} if isinstance(field, models.JSONField) else word


def made(model: Any, member: Member, other: Member, word: str, made_before: dict[str, Any], goes: bool = False) -> Any:
    """Insert one row that belongs to `member`, and whatever it points at."""
    name = model._meta.label_lower
    mark = f"{name} of {member.pk}"
    if mark in made_before:
        return made_before[mark]
    values: dict[str, Any] = {}
    wishes = WISHES.get(name, {})
    told = {name for kept in belonging.kept() if kept.model is model for name in names(kept, goes)}
    pointing = 0
    for field in model._meta.concrete_fields:
        if field.primary_key and not field.related_model:
            continue
        if field.name in wishes:
            values[field.name] = other if wishes[field.name] == "other" else wishes[field.name]
        elif field.related_model is Member:
            is_first = field.name == next(
                one.name for one in model._meta.concrete_fields if one.related_model is Member
            )
            values[field.name] = member if is_first else None if field.null else other
        elif field.related_model:
            if not field.null or pointing == 0:
                pointing += field.null
                values[field.name] = any_row(field.related_model, member, other, word, made_before)
        else:
            values[field.name] = value(field, word if field.name in told else "besidebeside")
    row = model._default_manager.bulk_create([model(**values)])[0]
    made_before[mark] = row
    return row


def any_row(model: Any, member: Member, other: Member, word: str, made_before: dict[str, Any]) -> Any:
    """Some row to point at, which is somebody else's where there is none yet."""
    return model._default_manager.first() or made(model, other, member, "besidebeside", made_before)


def value(field: Any, word: str) -> Any:
    """A value that a column takes."""
    if field.choices:
        return next(one for one, _ in field.choices if one or field.blank)
    if is_text(field):
        return {"said": word} if isinstance(field, models.JSONField) else f"{word}"
    if isinstance(field, models.CharField):
        return "x"
    if isinstance(field, models.DateTimeField):
        return None if field.null else timezone.now()
    if isinstance(field, models.DateField):
        return None if field.null else timezone.now().date()
    if isinstance(field, models.UUIDField):
        return uuid.uuid4()
    if isinstance(field, models.BinaryField):
        return b"x"
    return None if field.null else field.get_default() if field.has_default() else 1
