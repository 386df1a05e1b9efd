"""What persons plug in: the modules of `plugs`."""

from __future__ import annotations

from patogh.kit.hooks import plug
from patogh.persons.plugs import erasing, events, importing, matching, page

for module in (matching, events, page, erasing, importing):
    plug(module)
