"""What the shop plugs in."""

from __future__ import annotations

import sys

from patogh.kit.hooks import plug
from patogh.shop import hookspecs  # noqa: F401 - declares what may be plugged in

plug(sys.modules[__name__])
