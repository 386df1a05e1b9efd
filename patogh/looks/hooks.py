"""What upper rooms may plug into every page: places in the bar, the bell, the account menu, the brand, the choices."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from patogh.kit.hooks import hookspec, plugins

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.utils.functional import _StrPromise


OUR_NAME = _("Patogh")


@dataclass(frozen=True, slots=True)
class NavItem:
    """One place in the bar, the tab bar or the account menu.

    `prefix` (a path) decides which item is current: the longest that the page's path starts with. `tab` puts it in
    the phone's tab bar (five places at most), `add` makes it the round button there, `bar=False` keeps it off the bar.

    Every signed-in page draws these, so a room asks no question of its own here: `waiting` (made by `looks.waiting.waiting`, or
    any rows of one number called `waits`) is counted together with that of all rooms, in one statement. `only_waiting` shows
    no count, and leaves the place out where there is nothing.
    """

    label: str | _StrPromise
    url: str
    icon: str = "hash"
    order: int = 50
    count: int = 0
    prefix: str = ""
    bar: bool = True
    tab: bool = False
    add: bool = False
    waiting: QuerySet[Any, Any] | None = field(default=None, compare=False)
    only_waiting: bool = False


@dataclass(frozen=True, slots=True)
class Bell:
    """The bell of the bar: where it leads and how much is unread."""

    url: str
    unread: int = 0


@dataclass(frozen=True, slots=True)
class Brand:
    """The owner of the hangout as pages show it; `colour` is a hex like #0C7C7C or None, `mark` a picture's URL."""

    name: str | _StrPromise = OUR_NAME
    name_en: str = "Patogh"
    tagline: str | _StrPromise = ""
    colour: str | None = None
    mark: str | None = None


@hookspec
def nav_items(member: Any) -> list[NavItem]:  # type: ignore[empty-body]
    """Return a room's places for this member, or for nobody (None), without a query of its own (`NavItem.waiting`)."""


@hookspec
def account_items(member: Any) -> list[NavItem]:  # type: ignore[empty-body]
    """Return a room's lines in the account menu, without a query of its own (`NavItem.waiting`)."""


@hookspec(firstresult=True)
def bell(member: Any) -> Bell | None:
    """Return the bell of a signed-in member; the first room that answers wins."""


@hookspec(firstresult=True)
def brand() -> Any:
    """Return the brand: any object with the attributes of `Brand`."""


@hookspec
def remember_choice(request: HttpRequest, name: str, value: str) -> None:
    """Keep a choice made in the footer (`theme` or `language`) with the member, so that it follows them."""


@hookspec(firstresult=True)
def live_address(request: HttpRequest, channels: list[str]) -> str | None:
    """Return the address of the live stream of these channels with its token, or None where pages poll instead."""


if sys.modules[__name__] not in plugins.get_plugins() and not hasattr(plugins.hook, "nav_items"):
    plugins.add_hookspecs(sys.modules[__name__])
