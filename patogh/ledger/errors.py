"""What the open book can refuse, each with the way out."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from patogh.kit.errors import Busy, Conflict, Invalid, PatoghError


class KeyReused(Conflict):
    """The same idempotency key came with another content."""

    code = "key_reused"
    sentence = _("This was recorded before under the same key with other content. Use a new key.")


class NotForTheBook(Invalid):
    """An entry that its closed schema does not take; `why` is a plain English reason for developers."""

    code = "not_for_the_book"
    sentence = _("This does not fit into the open book as %(kind)s: %(why)s.")


class NotWitnessedYet(Busy):
    """Something that may only happen once independent witnesses have seen its entry."""

    code = "not_witnessed_yet"
    sentence = _("Independent witnesses have not confirmed this yet (%(k)s of %(n)s). Please try again in a minute.")


class LogStopped(PatoghError):
    """The signer refuses to sign: what it has does not continue what was signed or witnessed before."""

    status = 503
    code = "log_stopped"
    sentence = _("The open book is stopped: %(why)s")


class UnknownAccount(Invalid):
    """An account code that no class of accounts has, or that names nobody."""

    code = "unknown_account"
    sentence = _("There is no account called “%(code)s”.")


class UnknownUnit(Invalid):
    """A unit in which no accounts are kept."""

    code = "unknown_unit"
    sentence = _("No accounts are kept in “%(unit)s”.")


class BadAmount(Invalid):
    """An amount that is no whole number, zero, or too large to be exact everywhere."""

    code = "bad_amount"
    sentence = _("An amount must be a whole number of the smallest unit, not zero and below nine quadrillion.")


class BadLines(Invalid):
    """Too few or too many lines, or an account that stands in two of them."""

    code = "bad_lines"
    sentence = _("A transfer has from 2 to %(most)s lines, each on another account.")


class Unbalanced(Invalid):
    """Lines that do not sum to zero."""

    code = "unbalanced"
    sentence = _("The lines of a transfer must sum to zero; these are off by %(off)s.")


class MixedUnits(Invalid):
    """Accounts of two units in one transfer."""

    code = "mixed_units"
    sentence = _("All accounts of a transfer must be kept in its own unit, %(unit)s.")


class BadKey(Invalid):
    """An idempotency key, a kind or a reason that is empty, too long or unprintable."""

    code = "bad_key"
    sentence = _("The key and the kind of a transfer must be short printable words.")


class Overdraft(Conflict):
    """An account would fall below zero, what is held included."""

    code = "overdraft"
    sentence = _("There is not enough for this: %(available)s is free, %(needed)s is needed.")


class AlreadyResolved(Conflict):
    """A transfer that was settled, voided, expired or posted before."""

    code = "already_resolved"
    sentence = _("This transfer is no longer pending, so it cannot be settled or voided.")


class TooLate(Conflict):
    """A pending transfer whose time is over."""

    code = "too_late"
    sentence = _("The time of this transfer is over; it expires. Please make a new one.")


class TooEarly(Invalid):
    """An end in the past for something that is to wait."""

    code = "too_early"
    sentence = _("The end of a pending transfer must be in the future, and only a pending one has an end.")


class CannotReverse(Conflict):
    """A transfer that was not posted, or was taken back before."""

    code = "cannot_reverse"
    sentence = _("Only a posted transfer can be reversed, and only once.")


class AccountClosed(Conflict):
    """A transfer to the account of somebody who was erased."""

    code = "account_closed"
    sentence = _("This account belonged to somebody who left for good; nothing can be given to it.")


class UnknownRule(Invalid):
    """A rule of points that does not exist, or a value that it cannot have."""

    code = "unknown_rule"
    sentence = _("A rule of points takes whole numbers: from 1 to %(most)s points, from 1 to %(often)s times a day.")


class BadWitness(Invalid):
    """A witness whose key, address or name cannot be used."""

    code = "bad_witness"
    sentence = _(
        "A witness needs its verifier key (one line: name+hash+key, as its own page shows it) and its address (https://…)."
    )


class WitnessKnown(Conflict):
    """A witness with this name or key is there already, or was once."""

    code = "witness_known"
    sentence = _("This witness is on the list already, or was once. A witness that comes back does so with a new key.")


class TooManyWitnesses(Conflict):
    """The list of witnesses is full."""

    code = "too_many_witnesses"
    sentence = _("There are %(most)s witnesses already; retire one first.")


class RotationRunning(Conflict):
    """A key is still leaving after the last rotation."""

    code = "rotation_running"
    sentence = _("The key before this one still signs beside it. Rotate again when its time is over.")


class SignerBusy(Busy):
    """A seal is being made, here or on another machine."""

    code = "signer_busy"
    sentence = _("A seal is being made just now. Please try again in a few seconds.")


class BadOrigin(Invalid):
    """A name that no log may have, or that one had already."""

    code = "bad_origin"
    sentence = _("A log needs a new name of small letters, digits and . : / _ -, like example.org/book/2.")
