"""Paying out: a payout's life (`machine`), account numbers (`iban`), who carries the money (`providers`, `bankfile`)."""
