"""Writing what a plan says: one transaction a batch, through the door."""

from patogh.hangout.importing.actions.addresses import remember_addresses
from patogh.hangout.importing.actions.loading import load_batch, load_members
from patogh.hangout.importing.actions.places import let_members_in, prepare_space, prepare_spaces, space_here
from patogh.hangout.importing.actions.written import Place

__all__ = [
    "Place", "let_members_in", "load_batch", "load_members", "prepare_space", "prepare_spaces", "remember_addresses",
    "space_here",
]  # fmt: skip
