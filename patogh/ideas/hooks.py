"""What the ideas plug in: the modules of `plugs`."""

from __future__ import annotations

from patogh.ideas.plugs import core, folder, making, pages, persons, review, royalties, segments, supports
from patogh.kit.hooks import plug

for module in (core, supports, making, review, royalties, pages, folder, segments, persons):
    plug(module)
