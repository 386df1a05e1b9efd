"""What a check of rows found: one invariant, how often it was asked, and what breaks it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

EXAMPLES: Final = 10


@dataclass
class Finding:
    """One invariant: how many rows it was asked of, how many break it, and some of those."""

    name: str
    words: str
    checked: int = 0
    broken: int = 0
    examples: list[str] = field(default_factory=list)

    def blame(self, example: object) -> None:
        """Count a row that breaks it."""
        self.broken += 1
        if len(self.examples) < EXAMPLES:
            self.examples.append(str(example))
