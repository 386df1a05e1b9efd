"""What an idea shows: pictures and sketches written anew without metadata, and model files that are known by their content."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
from typing import Any, Final

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from patogh.activity import action, record, unchanged
from patogh.ideas import limits, sniffing
from patogh.ideas.actions import moving
from patogh.ideas.actions.stamps import touch
from patogh.ideas.errors import CannotEditNow, MaterialsToday, ModelTooHeavy, NotYourMove, TooManyMaterials
from patogh.ideas.models import Idea, Material
from patogh.ideas.queries.access import may_edit
from patogh.kit import ids, persian, pictures
from patogh.kit import limits as kit_limits
from patogh.kit.errors import NotFound
from patogh.people.models import Member
from patogh.trust.queries import check_may_write

FOLDER: Final = "ideas"
SHOWN: Final = ("picture", "sketch")


def add_picture(idea: Idea, data: bytes, *, by: Member, kind: str = "picture", alt: str = "") -> Material:
    """Add a picture or sketch; raises PictureRefused and its kin, TooManyMaterials, MaterialsToday, CannotEditNow, NotYourMove."""
    _check_room(idea, by, kind)
    taken = pictures.take(data)
    token = f"{FOLDER}/{ids.token(18)}"
    default_storage.save(path_of(token), io.BytesIO(taken.full_webp))
    default_storage.save(path_of(token, "thumb"), io.BytesIO(taken.thumb_webp))
    facts = {
        "kind": kind if kind in SHOWN else "picture", "token": token, "alt": _line(alt, kit_limits.ALT_TEXT_CHARS_MAX), "sha256": taken.sha256,
        "width": taken.width, "height": taken.height, "size_bytes": len(taken.full_webp) + len(taken.thumb_webp),
    }  # fmt: skip
    return _kept(idea, facts, by)


def add_model(idea: Idea, data: bytes, *, by: Member, name: str = "") -> Material:
    """Add a model file as it came; raises ModelTooHeavy, ModelRefused for what is none by its content, and what `add_picture` raises."""
    if len(data) > limits.MODEL_BYTES_MAX:
        raise ModelTooHeavy(megabytes=limits.MODEL_BYTES_MAX // (1024 * 1024))
    _check_room(idea, by, "model")
    form = sniffing.model_form(data)
    token = f"{FOLDER}/{ids.token(18)}"
    default_storage.save(path_of(token, "model"), io.BytesIO(data))
    facts = {
        "kind": "model", "token": token, "name": sniffing.file_name(name, form), "size_bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
    }  # fmt: skip
    return _kept(idea, facts, by)


@action
def describe_material(material: Material, alt: str, *, by: Member) -> Material:
    """Say what is in a picture, for those who cannot see it."""
    idea = _editable(material.idea_id, by)
    row = _own(idea, material.pk)
    words = _line(alt, kit_limits.ALT_TEXT_CHARS_MAX)
    if row.alt == words:
        return unchanged(row)
    row.alt = words
    row.save(update_fields=["alt"])
    touch(idea)
    record("ideas.material_described", by=by, subject=idea, audience="staff", data={"material": row.pk})
    return row


@action
def drop_material(material: Material, *, by: Member) -> Idea:
    """Take a picture or file away; its files go after the commit, the next picture becomes the cover."""
    idea = _editable(material.idea_id, by)
    row = _own(idea, material.pk)
    token, kind, pk = row.token, row.kind, row.pk
    row.delete()
    _set_cover(idea)
    record("ideas.material_dropped", by=by, subject=idea, audience="staff", data={"material": pk, "kind": kind})
    transaction.on_commit(lambda: drop_files([token]))
    return idea


@action
def put_first(material: Material, *, by: Member) -> Idea:
    """Make a picture the one that lists and cards show."""
    idea = _editable(material.idea_id, by)
    row = _own(idea, material.pk)
    if row.kind not in SHOWN:
        raise NotFound
    rows = list(Material.objects.filter(idea=idea).order_by("position", "pk"))
    if rows[0].pk == row.pk and idea.picture == f"{row.token}.webp":
        return unchanged(idea)
    for position, one in enumerate([row, *(other for other in rows if other.pk != row.pk)]):
        Material.objects.filter(pk=one.pk).update(position=position)
    _set_cover(idea)
    record("ideas.cover_chosen", by=by, subject=idea, audience="staff", data={"material": row.pk})
    return idea


def path_of(token: str, form: str = "") -> str:
    """Return where a file lies in the storage: the picture, its "thumb", or the "model". Tokens begin with the folder."""
    return f"{token}.bin" if form == "model" else f"{token}{'-thumb' if form == 'thumb' else ''}.webp"


def drop_files(tokens: list[str]) -> None:
    """Remove all files of some materials; those that are gone already are no matter."""
    for token in tokens:
        for form in ("", "thumb", "model"):
            default_storage.delete(path_of(token, form))


def _kept(idea: Idea, facts: dict[str, Any], by: Member) -> Material:
    """Write the row of a file that lies there; a refusal takes the file away again."""
    try:
        return _add(idea.pk, facts, by=by)
    except BaseException:
        drop_files([facts["token"]])
        raise


@action
def _add(idea_id: int, facts: dict[str, Any], *, by: Member) -> Material:
    """Write the row of a material."""
    idea = _editable(idea_id, by)
    twin = Material.objects.filter(idea=idea, sha256=facts["sha256"], kind=facts["kind"]).first()
    if twin is not None:
        token = facts["token"]
        transaction.on_commit(lambda: drop_files([token]))
        return unchanged(twin)
    _check_room(idea, by, facts["kind"])
    last = Material.objects.filter(idea=idea).aggregate(last=Max("position"))["last"]
    row = Material.objects.create(idea=idea, position=0 if last is None else last + 1, added_at=timezone.now(), **facts)
    _set_cover(idea)
    record("ideas.material_added", by=by, subject=idea, audience="staff", data={"material": row.pk, "kind": row.kind})
    return row


def _set_cover(idea: Idea) -> None:
    """Have lists and cards show the first picture."""
    shown = Material.objects.filter(idea=idea, kind__in=SHOWN).order_by("position", "pk")
    token = shown.values_list("token", flat=True).first()
    idea.picture = f"{token}.webp" if token else ""
    Idea.objects.filter(pk=idea.pk).update(picture=idea.picture)
    touch(idea)


def _check_room(idea: Idea, by: Member, kind: str) -> None:
    """Refuse more than an idea shows, and more than a member adds in a day."""
    is_model = kind == "model"
    rows = Material.objects.filter(idea_id=idea.pk)
    rows = rows.filter(kind="model") if is_model else rows.exclude(kind="model")
    if rows.count() >= (limits.MODELS_PER_IDEA_MAX if is_model else limits.PICTURES_PER_IDEA_MAX):
        raise TooManyMaterials(pictures=limits.PICTURES_PER_IDEA_MAX, models=limits.MODELS_PER_IDEA_MAX)
    since = timezone.now() - dt.timedelta(days=1)
    lately = Material.objects.filter(idea__author_id=by.pk, added_at__gte=since)[: limits.MATERIALS_PER_DAY_MAX]
    if not by.is_team and lately.count() >= limits.MATERIALS_PER_DAY_MAX:
        raise MaterialsToday(most=limits.MATERIALS_PER_DAY_MAX)


def _editable(idea_id: int, by: Member) -> Idea:
    """Return an idea, locked, that this member may change."""
    check_may_write(by)
    idea = moving.locked(idea_id)
    if not may_edit(idea, by):
        raise CannotEditNow if by.pk == idea.author_id else NotYourMove
    return idea


def _own(idea: Idea, pk: int) -> Material:
    """Return a material of an idea; raises NotFound."""
    row = Material.objects.filter(idea=idea, pk=pk).first()
    if row is None:
        raise NotFound
    return row


def _line(words: str, most: int) -> str:
    return persian.name_clean(words)[:most]
