"""Making two persons one, and taking it back: the words that other rooms use."""

from patogh.persons.actions.merging import Grounds, merge_persons
from patogh.persons.actions.together import say_together
from patogh.persons.actions.undoing import split_identity, undo_merge

__all__ = ["Grounds", "merge_persons", "say_together", "split_identity", "undo_merge"]
