"""What the open book can refuse, each with the way out."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from patogh.kit.errors import Busy, Conflict, Invalid, PatoghError


class KeyReused(Conflict):
    """The same idempotency key came with another content."""

    code = "key_reused"
    sentence = _("This was recorded before under the same key, and with another content. Use a new key.")


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
