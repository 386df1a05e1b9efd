"""What the makers' share can refuse, each with the way out."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from patogh.kit.errors import Conflict, Invalid


class UnknownMonth(Invalid):
    """No month of a calendar."""

    code = "unknown_month"
    sentence = _("A period is a month like 1405-08.")


class SharesDoNotSum(Conflict):
    """Makers whose shares are not the whole."""

    code = "shares_do_not_sum"
    sentence = _("The makers’ shares come to %(sum)s of 10,000. They have to agree on the whole first.")


class TooManyMakers(Invalid):
    """More makers than one agreement has places for."""

    code = "too_many_makers"
    sentence = _("An agreement has places for %(most)s makers.")


class NotYourAgreement(Invalid):
    """Somebody agrees who has no part in it."""

    status = 404
    code = "not_your_agreement"
    sentence = _("This agreement is between the brand and the makers of the idea.")


class AgreementChanged(Conflict):
    """Another version than the one that was read."""

    code = "agreement_changed"
    sentence = _("The agreement has a newer version than the one you read. Please read it again before you agree.")


class NoAgreementYet(Conflict):
    """A share without an agreement that all makers accepted."""

    code = "no_agreement_yet"
    sentence = _("The makers have not all accepted the agreement; their share waits for it, and nothing is lost.")


class IdeaHasNoProduct(Conflict):
    """An idea in a state in which it cannot have a product."""

    code = "idea_has_no_product"
    sentence = _("Only an approved idea can be tied to a product.")


class ProductIsTied(Conflict):
    """A product of another idea."""

    code = "product_is_tied"
    sentence = _("This product belongs to another idea. Untie it there first.")


class UnitNotKept(Invalid):
    """Money in a unit in which no accounts are kept."""

    code = "unit_not_kept"
    sentence = _("The ledger keeps no accounts in “%(unit)s”. Sales in it cannot be counted; correct them in the shop.")


class BadSince(Invalid):
    """A day on which sales cannot begin or end to count."""

    code = "bad_since"
    sentence = _("Sales count from a day on that is not in a month already closed, to a day after it.")


class PeriodIsOpen(Conflict):
    """A month that is not over, or whose days of grace are not."""

    code = "period_is_open"
    sentence = _("This month is not over yet, with its %(days)s days for late orders and returns.")


class NotTheNextPeriod(Conflict):
    """Months are closed one after another."""

    code = "not_the_next_period"
    sentence = _("Months are closed in their order; the next one is %(period)s.")
