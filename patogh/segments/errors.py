"""What segments can refuse, each with the way out."""

from __future__ import annotations

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from patogh.kit import persian
from patogh.kit.errors import Conflict, Invalid


class BadRule(Invalid):
    """A rule that cannot be read; `at` is the place in its text (0-based), `line` and `column` count from one."""

    code = "bad_rule"
    sentence = _("This rule cannot be read.")
    field = "rule"

    def __init__(self, sentence: object = "", *, text: str = "", at: int = 0, **facts: object) -> None:
        super().__init__()
        self.facts = facts
        self.words = str(sentence) or str(self.sentence)
        self.at = at
        self.line = text.count("\n", 0, at) + 1
        self.column = at - (text.rfind("\n", 0, at) + 1) + 1

    def __str__(self) -> str:
        """Return the sentence and where it applies."""
        place = str(_("(line %(line)s, character %(column)s)")) % {
            "line": _digits(self.line),
            "column": _digits(self.column),
        }
        facts = {name: _digits(fact) if isinstance(fact, int) else fact for name, fact in self.facts.items()}
        return f"{self.words % facts if facts else self.words} {place}"


def _digits(count: int) -> str:
    """Return a number in the digits of the language that is spoken."""
    return persian.digits_fa(str(count)) if get_language() == "fa" else str(count)


class BadSegment(Invalid):
    """A segment without a name."""

    code = "bad_segment"
    sentence = _("Give the segment a name of at most %(most)s letters.")
    field = "name"


class NameTaken(Conflict):
    """A second segment of one name."""

    code = "segment_name_taken"
    sentence = _("Another segment has this name already. Choose another one.")


class TooManySegments(Conflict):
    """More segments than are kept live at once."""

    code = "too_many_segments"
    sentence = _("There are %(most)s segments already. Retire one that nobody uses first.")


class IsRetired(Conflict):
    """Changing a segment that was retired."""

    code = "segment_retired"
    sentence = _("This segment was retired. Make a new one with its rule.")


class IsAskedFor(Conflict):
    """Retiring a segment for whose people the rule of another one asks."""

    code = "segment_asked_for"
    sentence = _("The rule of “%(name)s” asks for the people of this segment. Change that rule first.")


class PurposeNeeded(Invalid):
    """An export without a purpose, a channel or a reason."""

    code = "purpose_needed"
    sentence = _("Say for which purpose, over which channel and why these people are taken out.")


class TooManyToExport(Conflict):
    """More rows than one file may hold."""

    code = "too_many_to_export"
    sentence = _("This segment has more than %(most)s people. Narrow its rule and take out a part.")
