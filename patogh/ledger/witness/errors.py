"""What a witness refuses: requests with their HTTP status, and operators' mistakes with the way out."""

from __future__ import annotations


class Refused(Exception):
    """A request that is not cosigned: its HTTP status and one plain sentence for the log's operator."""

    def __init__(self, status: int, sentence: str, *, size: int | None = None, retry_s: int | None = None) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence
        self.size = size
        self.retry_s = retry_s


class Inconsistent(Refused):
    """A checkpoint that the log signed and that does not follow from what was cosigned; kept as evidence."""

    def __init__(self, sentence: str, *, size: int | None = None) -> None:
        super().__init__(422, sentence, size=size)


class Trouble(Exception):
    """The operator has to do something; the sentence says what."""


class StoreFailed(Trouble):
    """The disk did not take a write; until a restart nobody can know what it holds."""
