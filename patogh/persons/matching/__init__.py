"""The live index: each person as one comparable record under a few keys, so that somebody new is compared with a handful and
not with everybody. `match_person` suggests; it never links.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from patogh.persons.matching.finding import match_person

__all__ = ["match_person"]


def __getattr__(name: str) -> Any:
    """Load the one public name on first use: this package is imported before models are ready."""
    if name not in __all__:
        raise AttributeError(name)
    return getattr(import_module("patogh.persons.matching.finding"), name)
