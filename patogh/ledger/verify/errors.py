"""What stops a verification before there is a verdict."""

from typing import Any


class CannotRead(Exception):
    """Something that was named cannot be read or makes no sense; the exit status is 2. `code` picks the sentence."""

    def __init__(self, code: str, **told: Any) -> None:
        super().__init__(code)
        self.code, self.told = code, told
