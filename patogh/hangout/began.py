"""When a form appeared: see `patogh.trust.began`, which every composer of the house uses."""

from __future__ import annotations

from patogh.trust.began import AGE_S_MAX, now, typed_ms

__all__ = ["AGE_S_MAX", "now", "typed_ms"]
