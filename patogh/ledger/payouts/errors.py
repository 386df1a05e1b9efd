"""What paying out can refuse, each with the way out."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from patogh.kit.errors import Conflict, Invalid


class BadIban(Invalid):
    """An account number whose form or check digits do not hold."""

    code = "bad_iban"
    sentence = _(
        "This is not an account number (Sheba or IBAN): check it digit by digit, like IR82 0540 1026 8002 0817 9090 02."
    )


class BadHolder(Invalid):
    """A holder's name that is empty, too long or no text."""

    code = "bad_holder"
    sentence = _("Write the name of the account’s holder as the bank knows it, in at most %(most)s characters.")


class NoAccountYet(Conflict):
    """A payout without a place to go."""

    code = "no_account_yet"
    sentence = _("Tell us first into which account it should go.")


class AccountTakesNot(Conflict):
    """An account that cannot take this unit."""

    code = "account_takes_not"
    sentence = _("Rials go to an Iranian account, other money to one abroad. Please give another account number.")


class TooLittle(Invalid):
    """Less than is worth a bank's fee."""

    code = "too_little"
    sentence = _("The least that is paid out is %(least)s (in the smallest unit of %(unit)s).")


class BadPayoutAmount(Invalid):
    """An amount that is no whole number above zero."""

    code = "bad_payout_amount"
    sentence = _("Write the amount as a whole number, like 12,500,000.")


class TooManyPayouts(Conflict):
    """More payouts at once than somebody needs."""

    code = "too_many_payouts"
    sentence = _("%(most)s payouts are on their way already. Wait until one has arrived, or cancel one.")


class PayoutMoved(Conflict):
    """A step that the payout's state does not allow: somebody was faster, or it is over."""

    code = "payout_moved"
    sentence = _("This payout is “%(state)s” by now, so this can no longer be done. Look at it again.")


class OwnPayout(Conflict):
    """Somebody approves a payout to themselves."""

    status = 403
    code = "own_payout"
    sentence = _("Somebody else has to decide about your own payout.")


class NothingToSend(Conflict):
    """A bank file without a payout in it."""

    code = "nothing_to_send"
    sentence = _("No approved payout is ready to leave: each waits until independent witnesses have seen its request.")


class BadReport(Invalid):
    """A report of the bank that cannot be read; `line` is where."""

    code = "bad_report"
    sentence = _("The report cannot be read at line %(line)s. It is a CSV with the columns payout, result, reference.")


class BadReference(Invalid):
    """A bank's reference that is missing or too long."""

    code = "bad_reference"
    sentence = _("Write the bank’s reference of the payment, in at most %(most)s characters.")


class FileGone(Conflict):
    """A bank file that can no longer be written as it was."""

    code = "file_gone"
    sentence = _("This file can no longer be made as it was sent: an account in it was erased since.")
