"""Writing what a plan says: one transaction a batch, through the door."""

from patogh.hangout.importing.actions.loading import load_batch, prepare_space

__all__ = ["load_batch", "prepare_space"]
