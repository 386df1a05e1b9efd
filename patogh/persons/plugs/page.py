"""The person's page, notes, promises and who looked."""

from __future__ import annotations
