"""What segments plug in."""

from __future__ import annotations
