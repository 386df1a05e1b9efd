"""Knowing somebody by what a channel says: the normal form of each kind, and the identity that it belongs to.

`normal` is pure; `identity_of` and `identities_of_many` write and are called within an action or an upkeep.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from patogh.people.actions.knowing import identities_of_many, identity_of
    from patogh.people.identifying.masks import is_erased, masked
    from patogh.people.kinds import normal

__all__ = ["identities_of_many", "identity_of", "is_erased", "masked", "normal"]
_HOMES = {
    "identities_of_many": "actions.knowing", "identity_of": "actions.knowing", "masked": "identifying.masks",
    "is_erased": "identifying.masks", "normal": "kinds",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    """Load a public name from its module: actions and this package need each other."""
    if name not in __all__:
        raise AttributeError(name)
    return getattr(import_module(f"patogh.people.{_HOMES[name]}"), name)
