"""`patogh book`: the open book, kept and verified; the verifying commands need neither Django nor a database."""

import click

from patogh.conf.cli.base import main


@main.group()
def book() -> None:
    """Keep the open book, and verify any book: log, proofs, receipts, money and polls."""


@book.group()
def proof() -> None:
    """Verify single proofs (.tlog-proof) without asking anybody."""


@book.group()
def receipt() -> None:
    """Verify a receipt that a member took home."""
