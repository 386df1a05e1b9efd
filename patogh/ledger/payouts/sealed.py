"""Account numbers that are kept sealed (`kit.sealing`), so that a copy of the database tells nothing.

"" stays "" so that emptied rows can be found; what no key of the house opens reads as "".
"""

from __future__ import annotations

import logging
from typing import Any, Final

from django.db import models

from patogh.kit import sealing

ABOUT: Final = b"patogh.ledger.payouts"
logger = logging.getLogger(__name__)


class SealedField(models.TextField):  # type: ignore[type-arg]
    """A text that only this house can read; it cannot be searched."""

    def get_prep_value(self, value: Any) -> Any:
        """Return what is written."""
        return sealed(value) if isinstance(value, str) and value else value

    def from_db_value(self, value: Any, *_given: object) -> Any:
        """Return what was written."""
        return opened(value) if isinstance(value, str) else value


def sealed(text: str) -> str:
    """Return a text as it is kept."""
    return sealing.sealed(text, ABOUT)


def opened(kept: str) -> str:
    """Return a text that was kept; "" where no key of this house opens it. What was kept before it was sealed stands as it is."""
    if not kept.startswith(sealing.PREFIX):
        return kept
    text = sealing.opened(kept, ABOUT)
    if text is None:
        logger.warning("an account number was sealed under another key; name it in PATOGH_SECRET_KEY_OLD")
    return text or ""
