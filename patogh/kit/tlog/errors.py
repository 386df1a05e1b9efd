"""What can be wrong with a log, a note or a proof. Plain English sentences; no Django, so that every tool can say them."""

from __future__ import annotations


class TlogError(ValueError):
    """Root of every refusal of `kit.tlog`; `str()` is one sentence that says what is wrong and where."""


class BadNote(TlogError):
    """A signed note is malformed, or no signature of a known key verifies."""


class BadKey(BadNote):
    """A verifier key or a signing key cannot be read."""


class BadCheckpoint(TlogError):
    """A checkpoint's text is malformed, or its facts contradict each other."""


class BadProof(TlogError):
    """An inclusion or consistency proof does not lead to the root, or cannot be read."""


class BadTile(TlogError):
    """A tile, a bundle or a tile path is malformed, or does not belong to the tree."""


class BadPolicy(TlogError):
    """A trust policy cannot be read."""


class BadEntry(TlogError):
    """An entry is not in the one canonical form of the book."""
