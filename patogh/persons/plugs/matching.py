"""Merges, suggestions and the live index."""

from __future__ import annotations
