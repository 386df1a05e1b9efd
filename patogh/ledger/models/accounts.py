"""Value: accounts, transfers between them, their entries, and the rules by which points are earned.

A transfer is a set of lines that sum to zero in one unit. Triggers (migration 0001_accounts, on both databases) keep
what a row promises: a balance moves only together with an entry, a transfer changes its state once, nothing is deleted.
"""

from django.db import models
from django.db.models import F, Q

from patogh.kit.ids import uuid7
from patogh.people.models import Member

SAFE = 2**53


class Account(models.Model):
    """Where value stands: "member:17:pt", "issuance:pt#3", "clearing:zarinpal:IRR".

    `balance` is the sum of its entries, `held` what pending transfers may yet take, `entries_count` numbers them.
    """

    code = models.CharField(max_length=80, unique=True)
    unit = models.CharField(max_length=8)
    kind = models.CharField(max_length=20)
    allow_negative = models.BooleanField(default=False)
    balance = models.BigIntegerField(default=0)
    held = models.BigIntegerField(default=0)
    entries_count = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(held__gte=0), name="ledger_account_held"),
            models.CheckConstraint(
                condition=Q(allow_negative=True) | Q(balance__gte=F("held")), name="ledger_account_covered"
            ),
            models.CheckConstraint(condition=Q(balance__gt=-SAFE, balance__lt=SAFE), name="ledger_account_safe"),
        ]
        indexes = [models.Index(fields=["unit", "kind", "balance", "held"], name="ledger_account_by_kind")]

    def __str__(self) -> str:
        return self.code


class Transfer(models.Model):
    """One movement of value. `idem` and `resolve_idem` are idempotency keys, kept for good."""

    STATES = [("pending", "pending"), ("posted", "posted"), ("voided", "voided"), ("expired", "expired")]

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    idem = models.CharField(max_length=120, unique=True)
    unit = models.CharField(max_length=8)
    kind = models.CharField(max_length=40)
    state = models.CharField(max_length=8, choices=STATES)
    request_hash = models.CharField(max_length=64)
    corrects = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="corrections")
    owner = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    subject_kind = models.CharField(max_length=40, blank=True, default="")
    subject_id = models.CharField(max_length=40, blank=True, default="")
    reason = models.CharField(max_length=200, blank=True, default="")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    resolve_idem = models.CharField(max_length=120, null=True, unique=True)  # noqa: DJ001 - NULL: not resolved by a key

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["corrects"], condition=Q(kind="reversal"), name="ledger_reversed_once"),
            models.CheckConstraint(
                condition=Q(state="pending", resolved_at__isnull=True)
                | Q(state__in=["posted", "voided", "expired"], resolved_at__isnull=False),
                name="ledger_transfer_resolved",
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "kind", "created_at"], name="ledger_transfer_by_owner"),
            models.Index(fields=["expires_at"], condition=Q(state="pending"), name="ledger_transfer_due"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state} {self.id}"


class PendingLine(models.Model):
    """A line of a transfer that was pending: what it will move, or would have; open while it is."""

    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="pending_lines", db_index=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="pending_lines")
    amount = models.BigIntegerField()
    is_open = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["transfer", "account"], name="ledger_pending_once"),
            models.CheckConstraint(condition=~Q(amount=0), name="ledger_pending_not_zero"),
        ]
        indexes = [models.Index(fields=["account"], condition=Q(is_open=True), name="ledger_pending_open")]

    def __str__(self) -> str:
        return f"{self.amount} on {self.account_id}"


class Entry(models.Model):
    """One line of a posted transfer; `number` counts the entries of its account, `balance_after` is its balance then."""

    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="entries", db_index=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="entries", db_index=False)
    number = models.BigIntegerField()
    amount = models.BigIntegerField()
    balance_after = models.BigIntegerField()

    class Meta:
        verbose_name_plural = "entries"
        constraints = [
            models.UniqueConstraint(fields=["account", "number"], name="ledger_entry_number"),
            models.UniqueConstraint(fields=["transfer", "account"], name="ledger_entry_once"),
            models.CheckConstraint(
                condition=~Q(amount=0) & Q(amount__gt=-SAFE, amount__lt=SAFE), name="ledger_entry_amount"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} on {self.account_id}"


class PointRule(models.Model):
    """One version of a rule by which points are earned; the newest holds, the older ones stay."""

    name = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    amount = models.PositiveIntegerField()
    per_day = models.PositiveIntegerField()
    is_on = models.BooleanField(default=True)
    since = models.DateTimeField()
    by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "version"], name="ledger_rule_version")]

    def __str__(self) -> str:
        return f"{self.name}, version {self.version}"
