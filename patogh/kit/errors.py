"""What can go wrong, in words a reader understands. Middleware maps each class once to an HTTP answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from patogh.kit import persian

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class PatoghError(Exception):
    """Root of every refusal.

    `status` is the HTTP status, `code` a stable machine name and `sentence` a translatable sentence that says what
    happened and the way out. Keyword facts given to the constructor fill `%(name)s` places of the sentence.
    """

    status: int = 500
    code: str = "error"
    sentence: str | _StrPromise = _("Something went wrong on our side. Please try again in a minute.")
    retry_after_s: int | None = None

    def __init__(self, *subjects: object, **facts: object) -> None:
        super().__init__(*subjects)
        self.facts = facts

    def __str__(self) -> str:
        """Return the sentence in the active language, with its facts filled in and its numbers in that language."""
        words = str(self.sentence)
        return words % {name: _shown(fact) for name, fact in self.facts.items()} if self.facts else words


class Invalid(PatoghError):
    """The request cannot be understood or breaks a rule of form; `field` names the input at fault, if one is."""

    status = 400
    code = "invalid"
    sentence = _("This could not be read. Please check what you entered and send it again.")
    field: str = ""

    def __init__(self, *subjects: object, field: str = "", **facts: object) -> None:
        super().__init__(*subjects, **facts)
        self.field = field or self.field


class SignInNeeded(PatoghError):
    """Nobody is signed in and somebody has to be."""

    status = 401
    code = "sign_in_needed"
    sentence = _("Please sign in first; then you come back to this page.")


class Forbidden(PatoghError):
    """The person is known and may not do this."""

    status = 403
    code = "forbidden"
    sentence = _("You may not do this. If you think you should, ask a moderator.")


class NotFound(PatoghError):
    """The thing does not exist, or does not exist for this viewer (both look the same)."""

    status = 404
    code = "not_found"
    sentence = _("We could not find this. It may have been moved or removed; search may help.")


class Conflict(PatoghError):
    """The state has moved on, or the same key came with another body."""

    status = 409
    code = "conflict"
    sentence = _("This has changed meanwhile. Load the page again and look before you retry.")


class TooLarge(PatoghError):
    """More bytes or characters than the named limit."""

    status = 413
    code = "too_large"
    sentence = _("This is larger than we accept. Please make it smaller and send it again.")


class Unsupported(PatoghError):
    """A kind of file or content that is not accepted."""

    status = 415
    code = "unsupported"
    sentence = _("This kind of file is not accepted here.")


class TooMany(PatoghError):
    """Too many tries in too short a time; `retry_after_s` says how long to wait."""

    status = 429
    code = "too_many"
    sentence = _("That was a lot at once. Please wait a little and try again.")

    def __init__(self, *subjects: object, retry_after_s: int = 60, **facts: object) -> None:
        super().__init__(*subjects, **facts)
        self.retry_after_s = retry_after_s


class Busy(PatoghError):
    """The house is busy, full or partly down; the same request is welcome after `retry_after_s` seconds."""

    status = 503
    code = "busy"
    sentence = _("We are very busy just now. Nothing was lost; please try again in a moment.")

    def __init__(self, *subjects: object, retry_after_s: int = 5, **facts: object) -> None:
        super().__init__(*subjects, **facts)
        self.retry_after_s = retry_after_s


class Full(Busy):
    """The disk has no room left; reading still works."""

    status = 507
    code = "full"
    sentence = _("There is no room left to store this. Reading still works; please try again later.")


def _shown(fact: object) -> object:
    if not isinstance(fact, int):
        return fact
    return persian.digits_fa(f"{fact:,}".replace(",", "٬")) if get_language() == "fa" else f"{fact:,}"
