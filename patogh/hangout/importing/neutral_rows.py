"""What rows of a neutral folder become here: numbers for references, defaults for what is missing, files taken over."""

# ruff: noqa: SLF001 - Django's documented _meta and _default_manager

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Iterable, Iterator
from typing import Any, Final

from django.db.models import Max, Model
from django.utils import timezone

from patogh.hangout.actions.writing import tag_key
from patogh.hangout.exporting import sheets
from patogh.hangout.exporting.sheets import Sheet
from patogh.hangout.importing.actions import neutral_files, neutral_places
from patogh.hangout.importing.actions.neutral import known as marks_of
from patogh.hangout.importing.actions.neutral_notes import _note
from patogh.hangout.importing.neutral import Folder, Row
from patogh.hangout.models import ImportedThing, Post, Space
from patogh.kit import persian
from patogh.kit.errors import PatoghError
from patogh.people.models import ErasedSource

_LABELS: Final = {
    "people.member": "member",
    "hangout.space": "space",
    "hangout.topic": "topic",
    "hangout.post": "post",
    "hangout.tag": "tag",
}
_WORDS: Final = {"member": "member", "space": "space", "topic": "topic", "post": "post", "tag": "tag"}
_STAYS: Final = frozenset({"topics", "posts", "pictures"})  # of somebody who was erased, under the pseudonym
_FORWARD: Final = frozenset({"parent", "accepted", "merged_into"})
BIGINT_DIGITS: Final = 18
NEAR_MAX: Final = 50_000  # numbers of one kind that are kept at hand
TOPIC_TAGS_MAX: Final = 20


class Finder:
    """Knows what of the folder is here, under which number; in a dry run also what would be."""

    def __init__(self, source: str, dry_run: bool) -> None:
        """Look for things of `source`."""
        self.source, self.dry_run = source, dry_run
        self.default_space = 0
        self.seen = sqlite3.connect("")  # a file of SQLite's own, gone with the connection
        self.seen.execute("CREATE TABLE seen (kind TEXT, key TEXT, PRIMARY KEY (kind, key)) WITHOUT ROWID")
        self.kept: dict[str, bool] = {}
        self.near: dict[str, dict[str, int]] = {}
        self.gone = set(ErasedSource.objects.values_list("member_number", flat=True))
        self.tables = {sheet.model._meta.label_lower: sheet.kind for sheet in sheets.plain() if sheet.keyed}

    def close(self) -> None:
        """Let go of the file."""
        self.seen.close()

    def known(self, kind: str, keys: Iterable[str]) -> dict[str, str]:
        """Return the digests of what is here, by key."""
        return {key: digest for key, (_pk, digest) in marks_of(self.source, kind, keys).items()}

    def ids(self, kind: str, keys: Iterable[str]) -> dict[str, int]:
        """Return the numbers of what is here, by key; in a dry run what would come has number 0."""
        wanted, near = set(keys), self.near.setdefault(kind, {})
        got = {key: near[key] for key in wanted if key in near}
        if lacking := wanted - got.keys():
            there = {key: pk for key, (pk, _digest) in marks_of(self.source, kind, lacking).items()}
            got |= there
            if len(near) + len(there) > NEAR_MAX:
                near.clear()
            near |= there
        if self.dry_run:
            would = "SELECT 1 FROM seen WHERE kind = ? AND key = ?"
            got |= {key: 0 for key in wanted - set(got) if self.seen.execute(would, (kind, key)).fetchone()}
        return got

    def note(self, kind: str, keys: Iterable[str]) -> None:
        """Remember in a dry run what would come."""
        if self.dry_run:
            _note(self.seen, kind, keys)

    def keeps_numbers(self, model: type[Model], kind: str) -> bool:
        """Return whether rows of this kind may have the numbers that they had: nobody had any when the first of them came."""
        if kind not in self.kept:
            first = ImportedThing.objects.filter(source=self.source, kind=kind).order_by("pk").first()
            rows = model._default_manager
            self.kept[kind] = first.key == str(first.thing_id) if first else not rows.exists()
        return self.kept[kind]

    def numbers(self, sheet: Sheet, batch: list[Row]) -> list[int | None]:
        """Return the number that each row keeps, None where the database gives one."""
        if not self.keeps_numbers(sheet.model, sheet.kind):
            return [None] * len(batch)
        wanted = [
            int(row.key) if row.key.isdecimal() and len(row.key) <= BIGINT_DIGITS and int(row.key) else None
            for row in batch
        ]
        rows = sheet.model._default_manager
        taken = set(rows.filter(pk__in=[one for one in wanted if one]).values_list("pk", flat=True))
        return [None if number in taken else number for number in wanted]

    def resolved(self, sheet: Sheet, batch: list[Row]) -> Iterator[tuple[Row, str]]:
        """Yield rows with the numbers of this house in place of keys, and why one cannot come in ("" if it can)."""
        refs = [column for column in sheets.columns_of(sheet.name) if column.kind == "ref"]
        kinds = {column.name: sheet_kind(column.to) for column in refs}
        found = {
            name: self.ids(kind, {str(row.values[name]) for row in batch if row.values.get(name)})
            for name, kind in kinds.items()
            if sheet.name != "topics" or name not in {"accepted", "merged_into"}
        }
        must = {name for name in found if name not in _FORWARD and _must(sheet, name)}
        theirs = must & {
            column.name for column in refs if column.to == sheets.MEMBERS and not (sheet.stays or sheet.name in _STAYS)
        }
        for row in batch:
            lost = ""
            for name, here in found.items():
                key = row.values.get(name)
                row.values[name] = here.get(str(key)) if key else None
                if key and row.values[name] is None and name in must:
                    lost = lost or f"its {name} {key} is not here"
                if name in theirs and row.values[name] in self.gone:
                    lost = lost or f"its {name} was erased here"
            if sheet.name == "topics" and not row.values.get("space"):
                row.values["space"] = self.default_space
            lost = lost or self._point(sheet, row)
            yield row, lost or (sheet.ready(row.values) if sheet.ready else "")

    def _point(self, sheet: Sheet, row: Row) -> str:
        """Translate what a row names by kind and number, and the numbers that stand in its JSON; say what is not here."""
        for kind, name in sheet.points:
            of = self.tables.get(str(row.values.get(kind)), _WORDS.get(str(row.values.get(kind)), ""))
            here = self.ids(of, [str(row.values.get(name))]) if of else {}
            row.values[name] = here.get(str(row.values.get(name)), row.values.get(name))
        self._within(sheet, row)
        for name, to in sheet.numbers:
            if row.values.get(name) is not None:
                here = self.ids(sheet_kind(to), [str(row.values[name])])
                row.values[name] = here.get(str(row.values[name]))
                if row.values[name] is None and _must(sheet, name):
                    return f"its {name} is not here"
        for name, to in sheet.named:
            words = row.values.get(name)
            if isinstance(words, dict):
                here = self.ids(sheet_kind(to), map(str, words))
                row.values[name] = {str(here[key]): value for key, value in words.items() if key in here}
        return ""

    def _within(self, sheet: Sheet, row: Row) -> None:
        """Translate a number that stands in a row's JSON under one word."""
        for name, key, to in sheet.within:
            words = row.values.get(name)
            if isinstance(words, dict) and words.get(key):
                here = self.ids(sheet_kind(to), [str(words[key])])
                row.values[name] = words | {key: here.get(str(words[key]), words[key])}

    def same(self, sheet: Sheet, batch: list[Row]) -> dict[str, int]:
        """Return, by key, the numbers of rows that are here already under the same name."""
        rows = sheet.model._default_manager
        wanted = {row.values.get(sheet.same_by) for row in batch}
        there = {getattr(one, sheet.same_by): one for one in rows.filter(**{f"{sheet.same_by}__in": wanted})}
        got = {}
        for row in batch:
            one = there.get(row.values.get(sheet.same_by))
            if one is None:
                continue
            if isinstance(one, Space) and one.access != row.values.get("access", "public"):
                row.values["slug"] = neutral_places.free_slug(str(row.values["slug"]))
            else:
                got[row.key] = one.pk
        return got

    def prepare_places(self, folder: Folder, remarks: list[str]) -> None:
        """Have a space ready for topics that name none."""
        rows = folder.rows("topics", only=("id", "space"))
        if self.dry_run or not any(not row.why and not row.values.get("space") for row in rows):
            return
        self.default_space = neutral_places.default_space(self.source, folder.path.name)
        remarks.append(f"topics without a space go to {folder.path.name!r}")

    def numbered(self, batch: list[Row]) -> list[Row]:
        """Give posts without a number, or with one that is taken in the batch, the next of their topic."""
        topics = self.ids("topic", {str(row.values["topic"]) for row in batch})
        rows = Post.objects.filter(topic_id__in=set(topics.values()))
        top = dict(rows.values_list("topic_id").annotate(top=Max("number")))
        for row in batch:
            topic = topics.get(str(row.values["topic"]), 0)
            if not row.values.get("number") or row.values["number"] < 1:
                row.values["number"] = top.get(topic, 0) + 1
            top[topic] = max(top.get(topic, 0), row.values["number"])
        return batch

    def steps(self, batch: list[Row]) -> list[dict[str, Any]]:
        """Return the steps of a road with the numbers of this house."""
        keys: dict[str, set[str]] = {"member": {str(row.values["by"]) for row in batch if row.values.get("by")}}
        for row in batch:
            for kind, key in _things(row.values, self.tables):
                keys.setdefault(kind, set()).add(key)
        here = {kind: self.ids(kind, some) for kind, some in keys.items()}
        return [_step(row.values, here, self.tables) for row in batch]


def sheet_kind(name: str) -> str:
    """Return how marks name a sheet."""
    return "member" if name == sheets.MEMBERS else next(one.kind for one in sheets.plain() if one.name == name)


def fill(sheet: Sheet, batch: list[Row]) -> None:
    """Give rows what other houses leave out."""
    for row in batch:
        values = row.values
        if sheet.name == "spaces" and not values.get("slug"):
            values["slug"] = neutral_places.slug_of(str(values["name"]))
        elif sheet.name == "tags":
            values["key"] = tag_key(str(values["name"]))
        elif sheet.name == "topics":
            values["active_at"] = values.get("active_at") or values["created_at"]
            values["language"] = values.get("language") or ("fa" if persian.is_rtl(str(values["title"])) else "en")
        elif sheet.name == "poll_votes" and values.get("is_only") is None:
            values["is_only"] = False
        elif sheet.name == "poll_records":
            values |= {"is_sealed": True, "phase": "final", "counts": _counts(values.get("counts"))}


def _counts(said: Any) -> list[int]:
    """Return the result of a poll as far as it is one."""
    return [one for one in said if type(one) is int and 0 <= one < 2**31] if isinstance(said, list) else []


def table(sheet: Sheet, batch: list[Row]) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Return the fields of a table and the values of its rows; what no row says is left to the defaults."""
    skip = {"id", "tags", "accepted", "merged_into"} if sheet.name == "topics" else {"id"}
    fields = [field.name for field in sheet.model._meta.concrete_fields if not field.primary_key or field.related_model]
    extra = {"html": ""} if sheet.name == "posts" else {}
    return fields, [
        tuple(row.values.get(name, extra.get(name)) if name not in skip else None for name in fields) for row in batch
    ]


def tag(source: str, topics: list[tuple[int, Row]]) -> None:
    """Hang the tags of new topics on them."""
    wanted = {
        pk: [str(name) for name in row.values.get("tags") or [] if isinstance(name, str)][:TOPIC_TAGS_MAX]
        for pk, row in topics
        if isinstance(row.values.get("tags"), list)
    }
    neutral_places.hang_tags(source, {pk: names for pk, names in wanted.items() if names})


def take_avatar(folder: Folder, row: Row, remarks: list[str]) -> None:
    """Take the photo of somebody over; one that is no picture is said and left out."""
    name, row.values["avatar"] = str(row.values.get("avatar") or ""), ""
    path = folder.file(name)
    if path is None:
        return
    try:
        row.values["avatar"] = neutral_files.take_avatar(path)
    except PatoghError:
        remarks.append(f"{name} is no picture and is left out")


def take_picture(folder: Folder, row: Row) -> str:
    """Take the file of a picture over; return why that cannot be, or an empty string."""
    token = str(row.values["token"])
    if not neutral_files.TOKEN.fullmatch(token):
        return "its token is no name of a picture"
    path = folder.file(f"pictures/{token}.webp")
    if path is None:
        return f"files/pictures/{token}.webp is not in the folder"
    try:
        row.values.update(neutral_files.take_picture(path, token))
    except PatoghError:
        return f"files/pictures/{token}.webp is no picture"
    return ""


def _must(sheet: Sheet, name: str) -> bool:
    """Whether a reference may not be empty."""
    return not sheet.model._meta.get_field(name).null


def _things(values: dict[str, Any], tables: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the things that a step names, as kind and key."""
    for kind, key in (("subject_kind", "subject"), ("target_kind", "target")):
        of = _LABELS.get(str(values.get(kind)), tables.get(str(values.get(kind)), ""))
        if of:
            yield of, str(values.get(key) or "")
    audience = str(values.get("audience") or "")
    if audience.startswith("space:"):
        yield "space", audience.removeprefix("space:")


def _step(values: dict[str, Any], here: dict[str, dict[str, int]], tables: dict[str, str]) -> dict[str, Any]:
    """Return one step of the road as it is stored; a private space that did not come keeps its step for the team."""
    step = {
        name: values.get(name)
        for name in ("verb", "channel", "happened_at", "value", "currency", "data", "source", "key")
    }
    for kind, key in (("subject_kind", "subject"), ("target_kind", "target")):
        of = _LABELS.get(str(values.get(kind)), tables.get(str(values.get(kind)), ""))
        word = str(values.get(key) or "")
        step |= {kind: values.get(kind) or "", f"{key}_id": str(here.get(of, {}).get(word, word))[:40]}
    audience = str(values.get("audience") or "staff")
    if audience.startswith("space:"):
        number = here.get("space", {}).get(audience.removeprefix("space:"))
        audience = f"space:{number}" if number else "staff"
    try:
        step["id"] = uuid.UUID(str(values["id"]))
    except ValueError:
        step["id"] = uuid.uuid5(uuid.NAMESPACE_URL, f"neutral {values['id']}")
    by = values.get("by")
    now = timezone.now()
    return step | {
        "audience": audience if audience in {"public", "members", "staff"} or audience.startswith("space:") else "staff",
        "member": here["member"].get(str(by)) if by else None, "recorded_at": values.get("recorded_at") or now,
    }  # fmt: skip
