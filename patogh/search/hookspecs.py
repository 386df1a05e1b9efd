"""What upper rooms may plug into search."""

from __future__ import annotations

import sys
from typing import Any

from patogh.kit.hooks import hookspec, plugins


@hookspec
def search_audiences(member: Any) -> list[str]:  # type: ignore[empty-body]
    """Return a room's further audiences of a signed-in member, for example "space:7" or "staff"."""


if not hasattr(plugins.hook, "search_audiences"):
    plugins.add_hookspecs(sys.modules[__name__])
