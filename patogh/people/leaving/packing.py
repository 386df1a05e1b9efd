"""A member's own data as a ZIP: JSON of every field that the inventories export, the media, and pages to read them offline."""

# ruff: noqa: SLF001 - Django's documented _meta and _default_manager

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import IO, Any, Final

from django.core.files.storage import default_storage
from django.utils import timezone, translation

from patogh.kit import persian
from patogh.kit.calendar import Viewer
from patogh.kit.hooks import plugins
from patogh.looks import pages
from patogh.people.leaving import belonging, words
from patogh.people.leaving.belonging import Kept
from patogh.people.models import Member
from patogh.people.queries import brand

BATCH_ROWS: Final = 500
VERSION: Final = 1
LANGUAGES: Final = ("fa", "en")
STYLE: Final = Path(__file__).with_name("copy.css")
Row = dict[str, Any]
_ACCOUNT: Final = {
    "EmailAddress": ("email", "verified", "primary"),
    "UserSession": ("created_at", "last_seen_at", "ip", "user_agent"),
    "Authenticator": ("type", "created_at", "last_used_at"),
    "SocialAccount": ("provider", "uid", "last_login", "date_joined"),
}


def pack(member: Member, target: Path, progress: Callable[[int], None] | None = None) -> Path:
    """Write the ZIP of a member at `target`, all of it or nothing, and return it. `progress` gets per cents."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = target.with_name(f".{target.name}.partial")
    say = progress or (lambda _percent: None)
    sources = [*((kept.name, kept) for kept in belonging.kept() if kept.exported), *_foreign()]
    try:
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
            counts: dict[str, int] = {}
            for number, (name, kept) in enumerate(sources):
                counts[name] = _write(archive, name, lambda kept=kept: rows(kept, member))  # type: ignore[misc]
                say(number * 90 // len(sources))
            counts["media"] = _media(archive, member)
            _front(archive, member, {name: count for name, count in counts.items() if count})
        draft.chmod(0o600)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    say(100)
    return target


def rows(kept: Any, member: Member) -> Iterator[Row]:
    """Yield what is exported of a member's rows in one table."""
    if isinstance(kept, Kept):
        fields = kept.exported
        query = kept.rows_of(member)
    else:
        model, path = kept
        fields = [model._meta.get_field(name) for name in _ACCOUNT[model.__name__] if _has(model, name)]
        query = model._default_manager.filter(**{path: member})
    pointing = {field.name for field in fields if field.related_model is Member}
    for row in query.select_related(*pointing).distinct().order_by("pk").iterator(chunk_size=BATCH_ROWS):
        yield {
            field.name: _value(row, field.name, is_member=field.name in pointing, column=field.attname)
            for field in fields
        }


def schema() -> dict[str, dict[str, str]]:
    """Return what each exported field of each table is for, as the inventories say it."""
    return {
        kept.name: {field.name: kept.notes[field.name].purpose for field in kept.exported}
        for kept in belonging.kept()
        if kept.exported
    }


def _foreign() -> list[tuple[str, Any]]:
    """Return the tables of django-allauth that belong in a copy."""
    return [
        (f"account.{model._meta.model_name}", (model, path))
        for model, path in belonging.foreign()
        if model.__name__ in _ACCOUNT
    ]


def _has(model: Any, name: str) -> bool:
    return any(field.name == name for field in model._meta.concrete_fields)


def _value(row: Any, name: str, *, is_member: bool, column: str) -> Any:
    """Return one value as JSON has it; other members by their handles."""
    if is_member:
        other = getattr(row, name)
        return f"@{other.handle}" if other else None
    value = getattr(row, column)
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
    return value if isinstance(value, str | int | float | bool | list | dict | None) else str(value)


def _write(archive: zipfile.ZipFile, name: str, each: Callable[[], Iterator[Row]]) -> int:
    """Write one table as JSON and as a page in each language; return how many rows there were."""
    count = 0
    first = next(each(), None)
    if first is None:
        return 0
    with archive.open(f"data/{name}.json", "w", force_zip64=True) as file:
        file.write(b"[\n")
        for row in each():
            file.write((b",\n" if count else b"") + json.dumps(row, ensure_ascii=False, default=str).encode())
            count += 1
        file.write(b"\n]\n")
    for language in LANGUAGES:
        _page(
            archive,
            f"{language}/{name}.html",
            "people/copy/rows.html",
            language,
            {"name": name, "rows": each(), "first": first},
        )
    return count


def _media(archive: zipfile.ZipFile, member: Member) -> int:
    """Put the files of a member in; return how many there were."""
    count = 0
    for found in plugins.hook.belongings(member=member):
        for name, source in found:
            try:
                data = source if isinstance(source, bytes) else default_storage.open(source).read()
            except OSError:
                continue
            archive.writestr(zipfile.ZipInfo(f"media/{name}"), data)
            count += 1
    return count


def _front(archive: zipfile.ZipFile, member: Member, counts: dict[str, int]) -> None:
    """Write the index in both languages, the style, and what the files mean."""
    about = {
        "format": "patogh-own-data", "version": VERSION, "made_at": timezone.now().isoformat(timespec="seconds"),
        "member": member.handle, "counts": counts, "schema": schema(),
    }  # fmt: skip
    archive.writestr("about.json", json.dumps(about, ensure_ascii=False, indent=1))
    archive.writestr("style.css", STYLE.read_text(encoding="utf-8"))
    media = [name for name in archive.namelist() if name.startswith("media/")]
    for language in LANGUAGES:
        facts = {"counts": counts, "media": media, "person": member, "root": "../"}
        _page(archive, f"{language}/index.html", "people/copy/index.html", language, facts)
    _page(
        archive,
        "index.html",
        "people/copy/index.html",
        member.language,
        {**facts, "root": "", "below": f"{member.language}/"},
    )


def _page(archive: zipfile.ZipFile, path: str, template: str, language: str, facts: dict[str, Any]) -> None:
    """Render one page into the archive, piece by piece."""
    row = brand()
    viewer = Viewer(language, "jalali") if language == "fa" else Viewer("en", "gregorian")
    with translation.override(language), archive.open(path, "w", force_zip64=True) as file:
        common = {
            "lang": language, "dir": "rtl" if language == "fa" else "ltr", "brand_name": row.name if language == "fa" else row.name_en,
            "label": words.label, "column": words.column, "shown": partial(words.shown, viewer=viewer),
            "number": (lambda count: persian.digits_fa(str(count))) if language == "fa" else str,
        }  # fmt: skip
        stream = pages.jinja_env().get_template(template).stream({**common, **facts})
        stream.enable_buffering(50)
        text: Any = io.TextIOWrapper(io.BufferedWriter(_Open(file)), encoding="utf-8")
        with text:
            stream.dump(text)


class _Open(io.RawIOBase):
    """A file of the archive that does not close with its text."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file

    def writable(self) -> bool:
        """Say that it can be written."""
        return True

    def write(self, data: Any) -> int:
        """Write bytes."""
        return self.file.write(bytes(data))
