"""The demo: the brand «رکاب» with a year of conversations, the same for the same moment each time."""

from typing import Any


def load(size: str = "small", progress: Any = None, **options: Any) -> bool:
    """Load the demo; see `patogh.conf.demo.loading.load` (imported late: Django must be set up)."""
    from patogh.conf.demo.loading import load as really

    return really(size, progress, **options)


__all__ = ["load"]
