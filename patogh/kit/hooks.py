"""The one plug board through which upper rooms speak to lower ones (pluggy).

A room that offers a hook declares its specification with `hookspec` and calls `plugins.add_hookspecs(module)`; a room
that plugs into it marks its functions with `hookimpl` and is registered with `plug(module)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from types import ModuleType

PROJECT = "patogh"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)
plugins = pluggy.PluginManager(PROJECT)


def plug(module: ModuleType) -> None:
    """Register a room's hooks module once; a second call changes nothing."""
    if not plugins.is_registered(module):
        plugins.register(module, name=module.__name__)
