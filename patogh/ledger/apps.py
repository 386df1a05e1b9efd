"""The room of the open book."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Accounts, transfers, the verifiable log, its witnesses and its receipts."""

    name = "patogh.ledger"
    label = "ledger"
