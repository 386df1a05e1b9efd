"""The words of every room: compiles `.po` to `.mo`, finds msgids without a Persian entry, adds new msgids.

`python -m patogh.kit.catalogue` compiles what is newer than its .mo, `--check` lists what is missing, empty or fuzzy
and exits 1 if anything is, `--update ROOM` adds the room's new msgids to its catalogue.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po, write_po
from jinja2 import TemplateSyntaxError

PACKAGE: Final = Path(__file__).resolve().parent.parent
LANGUAGE: Final = "fa"
_METHODS: Final = [("**.py", "python"), ("**/templates/**.html", "jinja2.ext:babel_extract"), ("**.txt", "ignore")]
_OPTIONS: Final = {"**/templates/**.html": {"trimmed": "true", "silent": "false", "extensions": "jinja2.ext.do"}}
_KEYWORDS: Final = {
    "_": None, "gettext": None, "gettext_lazy": None, "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3), "_n": (1, 2),
}  # fmt: skip
_IDLE_HEADERS: Final = tuple(
    start.encode()
    for start in ("# ", "#\n", '"Project-Id', '"Report-M', '"POT-C', '"PO-R', '"Last-T', '"Language-T', '"Generated-By')
)
_SKIPPED_FOLDERS: Final = frozenset({"tests", "migrations", "static", "locale"})

Key = tuple[str | None, str]  # context, singular msgid


@dataclass(frozen=True, slots=True)
class Finding:
    """One msgid of a room that has no usable Persian entry, and why: missing, empty or fuzzy.

    Or, with the path in place of a msgid, a file that cannot be read.
    """

    room: str
    msgid: str
    why: str


def compile_all(package: Path = PACKAGE) -> list[Path]:
    """Compile every catalogue that is newer than its .mo and return the .mo files written; safe beside another run."""
    return [_compile(po) for po in sorted(package.glob("*/locale/*/LC_MESSAGES/django.po")) if _is_stale(po)]


def check(package: Path = PACKAGE) -> list[Finding]:
    """Return what each room says in code or templates that its Persian catalogue does not."""
    return [finding for room in rooms(package) for finding in _findings(room)]


def update(room: Path) -> int:
    """Add a room's new msgids, empty, to its Persian catalogue, sorted, and return how many; translations stay."""
    wanted, catalogue = msgids(room), _read(_po(room))
    known = {_key(message) for message in catalogue}
    fresh = [message for key, message in wanted.items() if key not in known]
    for message in fresh:
        catalogue.add(message.id, context=message.context)
    target = _po(room)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(_written(catalogue))
    return len(fresh)


def rooms(package: Path = PACKAGE) -> list[Path]:
    """Return the folders of the rooms, by name."""
    return sorted(folder for folder in package.iterdir() if (folder / "__init__.py").is_file())


def msgids(room: Path) -> dict[Key, Message]:
    """Return the messages a room uses in its Python files and Jinja2 templates, by context and singular."""
    catalogue = Catalog()
    for _file, _line, words, _comments, context in extract_from_dir(
        room, _METHODS, _OPTIONS, _KEYWORDS, directory_filter=_is_searched,
    ):  # fmt: skip
        if words and words != ("",):
            catalogue.add(words, context=context)
    return {_key(message): message for message in catalogue if message.id}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m patogh.kit.catalogue", description="Catalogues of the rooms.")
    parser.add_argument("--check", action="store_true", help="list msgids without a Persian entry; exit 1 if any")
    parser.add_argument("--update", metavar="ROOM", help="add a room's new msgids to its Persian catalogue")
    chosen = parser.parse_args(arguments)
    if chosen.update:
        room = PACKAGE / chosen.update
        if room not in rooms():
            parser.error(f"there is no room called {chosen.update}")
        sys.stdout.write(f"{update(room)} new msgids in {room.name}\n")
        return 0
    if chosen.check:
        findings = check()
        for finding in findings:
            sys.stdout.write(f"{finding.room}: {finding.why}: {finding.msgid!r}\n")
        return 1 if findings else 0
    sys.stdout.write(f"{len(compile_all())} catalogues compiled\n")
    return 0


def _po(room: Path) -> Path:
    return room / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"


def _is_searched(folder: str | os.PathLike[str]) -> bool:
    return Path(folder).name not in _SKIPPED_FOLDERS and not Path(folder).name.startswith((".", "_"))


def _is_stale(po: Path) -> bool:
    mo = po.with_suffix(".mo")
    return not mo.exists() or mo.stat().st_mtime_ns < po.stat().st_mtime_ns


def _compile(po: Path) -> Path:
    mo, draft = po.with_suffix(".mo"), po.with_suffix(f".mo.{os.getpid()}")
    catalogue = _read(po)
    with draft.open("wb") as out:
        write_mo(out, catalogue)
    draft.replace(mo)
    return mo


def _read(po: Path) -> Catalog:
    """Return a catalogue, or a new one if there is none; a broken file raises ValueError with its path."""
    language = po.parent.parent.name
    if not po.exists():
        return Catalog(locale=language, project="patogh", fuzzy=False)
    try:
        with po.open("rb") as source:
            return read_po(source, locale=language, abort_invalid=True)
    except (PoFileError, UnicodeDecodeError) as error:
        message = f"{po}: {error}"
        raise ValueError(message) from error


def _written(catalogue: Catalog) -> bytes:
    """Return a .po file without the header lines that only change and say nothing."""
    out = io.BytesIO()
    write_po(out, catalogue, width=116, sort_output=True, no_location=True)
    lines = out.getvalue().splitlines(keepends=True)
    return b"".join(line for line in lines if not line.startswith(_IDLE_HEADERS))


def _findings(room: Path) -> Iterator[Finding]:
    try:
        entries = {_key(message): message for message in _read(_po(room)) if message.id}
        used = msgids(room)
    except (ValueError, SyntaxError, TemplateSyntaxError) as error:
        yield Finding(room.name, f"{error} ({getattr(error, 'source', None) or ''!s:.60})", "unreadable")
        return
    for key in used:
        entry = entries.get(key)
        if entry is None:
            yield Finding(room.name, key[1], "missing")
        elif entry.fuzzy:
            yield Finding(room.name, key[1], "fuzzy")
        elif not all(entry.string if isinstance(entry.string, tuple | list) else [entry.string]):
            yield Finding(room.name, key[1], "empty")


def _key(message: Message) -> Key:
    return message.context, message.id[0] if isinstance(message.id, tuple | list) else message.id


if __name__ == "__main__":
    sys.exit(main())
