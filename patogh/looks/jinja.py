"""The Jinja2 environment of all pages: escaping, Django's words, the viewer's words, and the components as `ui`."""

from __future__ import annotations

import hashlib
import os
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import lru_cache
from importlib.metadata import version
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree as ET

from django.urls import URLResolver, get_resolver, get_script_prefix, get_urlconf, reverse
from django.utils import timezone, translation
from jinja2 import Environment, FileSystemBytecodeCache, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from patogh.kit import calendar, numbers, persian
from patogh.kit.calendar import DEFAULT_VIEWER, Viewer
from patogh.looks import girih
from patogh.looks.static import static

RTL: Final = frozenset({"fa", "ar", "ckb", "he", "ur"})
# Drawings with a direction turn with the language (LOOK.md, RTL and bidi); checks, clocks and logos never do.
MIRRORED: Final = frozenset(
    [
        "arrow-left",
        "arrow-right",
        "bike",
        "chevron-right",
        "chevrons-right",
        "corner-down-left",
        "external-link",
        "folder-input",
        "list",
        "list-checks",
        "list-ordered",
        "log-in",
        "log-out",
        "megaphone",
        "message-circle",
        "messages-square",
        "quote",
        "redo-2",
        "reply",
        "route",
        "send",
        "share-2",
        "undo-2",
        "volume-x",
    ]
)
VIEWER: ContextVar[Viewer] = ContextVar("viewer", default=DEFAULT_VIEWER)
_SPRITE = Path(__file__).parent / "static" / "looks" / "icons.svg"


def environment(**options: Any) -> Environment:
    """Return the environment that Django's Jinja2 engine asks for."""
    defaults = {"autoescape": True, "trim_blocks": True, "lstrip_blocks": True, "cache_size": 1000}
    env = Environment(  # noqa: S701
        **{**options, **defaults}, extensions=["jinja2.ext.i18n", "jinja2.ext.do"], bytecode_cache=_compiled()
    )
    env.policies["ext.i18n.trimmed"] = True
    env.install_gettext_callables(  # type: ignore[attr-defined]
        translation.gettext,
        translation.ngettext,
        newstyle=True,
        pgettext=translation.pgettext,
        npgettext=translation.npgettext,
    )
    env.globals.update(
        url=url, static=static, icon=icon, star=star, seal=seal, mark=mark, empty_art=empty_art, avatar_src=avatar_src
    )
    # Macros have arguments called `icon`, `star` and `seal`; inside them the functions go by these names.
    env.globals.update(ui=Parts(env), now=timezone.now, icon_of=icon, star_of=star, seal_of=seal)
    env.filters.update(ago=ago, ago_words=ago_words, day=day, stamp=stamp, clock=clock, iso=iso, number=number)
    env.filters.update(compact=compact, percent=percent, digits=digits, bdi=bdi, avatar=avatar)
    return env


def _compiled() -> FileSystemBytecodeCache | None:
    """Return where compiled templates are kept, beside our compiled Python; None where Python may not keep its own.

    All 280 take 2.8 CPU-seconds to compile; Jinja asks each for its source's checksum. What else decides how they compile,
    this file and Jinja's version, is in the folder's name.
    """
    mine = Path(__file__)
    written = f"{version('jinja2')}\n{mine.read_text(encoding='utf-8')}".encode()
    folder = Path(cache_from_source(str(mine))).parent / f"templates-{hashlib.sha256(written).hexdigest()[:12]}"
    if sys.dont_write_bytecode:
        return None
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return FileSystemBytecodeCache(str(folder)) if os.access(folder, os.W_OK) else None


class Parts:
    """The components, as `ui.button(...)`: the macros of looks/parts.html, without an import in each template."""

    def __init__(self, env: Environment) -> None:
        self._env = env

    def __getattr__(self, name: str) -> Any:
        template = self._env.get_template("looks/parts.html")
        try:
            return getattr(template.make_module() if self._env.auto_reload else template.module, name)
        except AttributeError:
            raise AttributeError(f"There is no component named {name!r} in looks/parts.html.") from None


def url(name: str, *args: object, **kwargs: object) -> str:
    """Return the address of a named view; raises NoReverseMatch."""
    return reverse(name, args=args or None, kwargs=kwargs or None) if args or kwargs else place(name)


def place(name: str) -> str:
    """Return the address of a view that takes nothing, looked up once: a page has some thirty. Raises NoReverseMatch."""
    known, key = _places_of(get_resolver(get_urlconf())), (get_script_prefix(), name)
    if key not in known:
        known[key] = reverse(name)
    return known[key]


@lru_cache(maxsize=2)
def _places_of(_resolver: URLResolver) -> dict[tuple[str, str], str]:
    """Return what was looked up of one set of addresses."""
    return {}


def icon(name: str, *, flip: bool | None = None, label: str = "", css: str = "") -> Markup:
    """Return an icon of the sprite; directional ones turn with the language. Raises LookupError for an unknown name."""
    turned = name in MIRRORED if flip is None else flip
    classes = " ".join(filter(None, ("i", "flip" if turned else "", css)))
    if not label:
        return _silent(static("looks/icons.svg"), name, classes)
    return _drawn(static("looks/icons.svg"), name, classes, Markup('role="img" aria-label="{}"').format(label))


@lru_cache(maxsize=1024)
def _silent(sprite: str, name: str, classes: str) -> Markup:
    """Return an icon that says nothing: some twenty stand on a page, drawn once for the process."""
    return _drawn(sprite, name, classes, Markup('aria-hidden="true"'))


def _drawn(sprite: str, name: str, classes: str, spoken: Markup) -> Markup:
    if name not in icon_names():
        raise LookupError(f"There is no icon named {name!r} in looks/icons.svg.")
    return Markup('<svg class="{}" {}><use href="{}#{}"/></svg>').format(classes, spoken, sprite, name)


@lru_cache(maxsize=1)
def icon_names() -> frozenset[str]:
    """Return the names in the sprite."""
    root = ET.fromstring(_SPRITE.read_text(encoding="utf-8"))  # noqa: S314  our own file
    return frozenset(symbol.attrib["id"] for symbol in root)


def star() -> Markup:
    """Return the star of the open book."""
    return Markup(girih.star())  # noqa: S704  our own tags, escaped values


def seal(size: int = 148) -> Markup:
    """Return the seal, 40 px or more."""
    return Markup(girih.seal(size))  # noqa: S704  our own tags, escaped values


def mark(size: int = 30) -> Markup:
    """Return the wheel and star."""
    return Markup(girih.mark(size))  # noqa: S704  our own tags, escaped values


def empty_art() -> Markup:
    """Return the half-drawn field."""
    return Markup(girih.empty())  # noqa: S704  our own tags, escaped values


def avatar_src(person: Any) -> str:
    """Return the picture address of a person (their photo, else their tile), or the tile of a seed string."""
    if isinstance(person, str | int):
        return f"/avatars/{person}.svg"
    photo = getattr(person, "avatar_url", None)
    return str(photo) if photo else f"/avatars/{getattr(person, 'avatar_seed', None) or person.pk}.svg"


def avatar(person: Any, size: int = 40, *, css: str = "", alt: str = "") -> Markup:
    """Return the round picture of a person or seed; a member of the team (`is_team`) wears the saffron ring."""
    ring = " av-ring" if getattr(person, "is_team", False) else ""
    classes = f"av{ring}{' ' + css if css else ''}"
    tag = '<img class="{}" src="{}" width="{}" height="{}" alt="{}" loading="lazy" decoding="async">'
    return Markup(tag).format(classes, avatar_src(person), size, size, alt)  # noqa: S704  our own tags, escaped values


def viewer_of(context: Context) -> Viewer:
    """Return the viewer of a page; macros, which do not see the page, have the one of the request being rendered."""
    found = context.get("viewer")
    return found if isinstance(found, Viewer) else VIEWER.get()


@pass_context
def ago(context: Context, moment: datetime) -> Markup:
    """Return «۶ دقیقه پیش» as a <time> that keeps itself fresh in the browser."""
    viewer = viewer_of(context)
    words = calendar.ago(moment, timezone.now(), viewer)
    tag = '<time datetime="{}" title="{}" data-ago>{}</time>'
    return Markup(tag).format(iso(moment), calendar.stamp(moment, viewer), words.text)  # noqa: S704  our own tags, escaped values


@pass_context
def ago_words(context: Context, moment: datetime) -> str:
    """Return «۶ دقیقه پیش» as plain words."""
    return calendar.ago(moment, timezone.now(), viewer_of(context)).text


@pass_context
def day(context: Context, moment: datetime, *, year: bool = False, weekday: bool = True) -> str:
    """Return «یکشنبه ۱ آذر»; without the weekday for a day that is long ago."""
    viewer = viewer_of(context)
    if not weekday:
        return calendar.date_words(calendar.local_day(moment, viewer), viewer, year=year)
    return calendar.day_words(moment, viewer, year=year)


@pass_context
def stamp(context: Context, moment: datetime) -> str:
    """Return the full date and time."""
    return calendar.stamp(moment, viewer_of(context))


@pass_context
def clock(context: Context, moment: datetime) -> str:
    """Return «۱۷:۱۶»."""
    return calendar.clock(moment, viewer_of(context))


def iso(moment: datetime) -> str:
    """Return UTC to the second, as <time datetime> takes it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@pass_context
def number(context: Context, value: float, places: int | None = None) -> str:
    """Return a number grouped and in the viewer's digits."""
    return numbers.number(value, viewer_of(context), places=places)


@pass_context
def compact(context: Context, value: int) -> str:
    """Return a short form for counters: «۱٫۲ هزار»."""
    return numbers.compact(value, viewer_of(context))


@pass_context
def percent(context: Context, share: float, places: int = 0) -> str:
    """Return a share of 1 as percent."""
    return numbers.percent(share, viewer_of(context), places=places)


@pass_context
def digits(context: Context, text: object) -> str:
    """Return a text with its digits as the viewer writes them."""
    return persian.digits_fa(str(text)) if viewer_of(context).language == "fa" else persian.digits_en(str(text))


def bdi(text: object, *, ltr: bool = False) -> Markup:
    """Return a name isolated from the direction around it; `ltr` for handles, codes and signed numbers."""
    tag = '<bdi class="ltr" dir="ltr">{}</bdi>' if ltr else "<bdi>{}</bdi>"
    return Markup(tag).format(escape(text))  # noqa: S704  our own tags, escaped values
