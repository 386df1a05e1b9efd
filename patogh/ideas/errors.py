"""What ideas can refuse, each with the way out."""

from __future__ import annotations
