"""Why the demo is not loaded."""

from django.utils.translation import gettext_lazy as _

from patogh.kit.errors import Conflict, Invalid


class UnknownSize(Invalid):
    """A size that is none of small, medium, large."""

    code = "unknown_size"
    sentence = _("There is no demo of the size %(size)s: choose small, medium or large.")


class NotADemo(Conflict):
    """A database with members of its own."""

    code = "not_a_demo"
    sentence = _("%(folder)s holds a hangout with members of its own; choose another folder.")
