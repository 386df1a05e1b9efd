"""What other systems tell of a person: traits, events, pages."""

from __future__ import annotations
