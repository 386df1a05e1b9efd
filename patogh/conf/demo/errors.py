"""Why the demo is not loaded: told on the command line, which speaks English."""

from django.utils.text import format_lazy

from patogh.kit.errors import Conflict, Invalid


class UnknownSize(Invalid):
    """A size that is none of small, medium, large."""

    code = "unknown_size"
    sentence = format_lazy("There is no demo of the size %(size)s: choose small, medium or large.")


class NotADemo(Conflict):
    """A database with members of its own."""

    code = "not_a_demo"
    sentence = format_lazy("%(folder)s holds a hangout with members of its own; choose another folder.")
