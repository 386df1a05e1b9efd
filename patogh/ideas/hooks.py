"""What ideas plugs in."""

from __future__ import annotations

import sys

from patogh.kit.hooks import plug

plug(sys.modules[__name__])
