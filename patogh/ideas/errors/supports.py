"""What supporting and merging can refuse."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from patogh.kit.errors import Conflict, Invalid


class BudgetSpent(Conflict):
    """A support beyond the member's budget in this programme."""

    code = "budget_spent"
    sentence = _(
        "You stand behind as many ideas of this programme as its rules allow (%(most)s). Take one back, or wait until one ends."
    )


class SupportStays(Conflict):
    """Taking back a support of an idea that no longer gathers."""

    code = "support_stays"
    sentence = _("This idea has gathered its supporters; the number that went before the board stays as it is.")


class SupportNeeded(Conflict):
    """An answer about the price by somebody who does not support the idea."""

    code = "support_needed"
    sentence = _("These questions are for supporters. Stand behind the idea first, then answer.")


class BadPrice(Invalid):
    """A price that is none."""

    code = "bad_price"
    sentence = _("Write a price above zero in digits, for example 250000, or leave it empty.")
    field = "price"


class BadForWhom(Invalid):
    """A choice that the rules of the programme do not have."""

    code = "bad_for_whom"
    sentence = _("Choose one of the answers that are offered, or none.")
    field = "for_whom"


class WordsTooLong(Invalid):
    """Words beside a price that are too long."""

    code = "words_too_long"
    sentence = _("At most %(most)s characters, please. There is more room in the conversation.")
    field = "words"


class CannotMerge(Conflict):
    """Two ideas of which one does not gather, or that are the same one, or of different programmes."""

    code = "cannot_merge"
    sentence = _("Only two different ideas of one programme that both gather supporters can be merged.")
    field = "into"


class CannotPart(Conflict):
    """Undoing a merge after the other idea went on."""

    code = "cannot_part"
    sentence = _("The other idea does not gather supporters any more, so what it has from this one stays with it.")
