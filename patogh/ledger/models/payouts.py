"""Money on its way out to members: where it goes, one row a payout, and the files that a bank was given."""

from django.db import models
from django.db.models import Q

from patogh.kit.ids import uuid7
from patogh.ledger.models.accounts import Transfer
from patogh.ledger.payouts.sealed import SealedField
from patogh.people.models import Member


class PayoutAccount(models.Model):
    """Where a member wants their money: an IBAN (in Iran a Sheba) and its holder, sealed. Never in the log; deleted on erasure."""

    member = models.OneToOneField(Member, on_delete=models.CASCADE, related_name="payout_account")
    iban = SealedField()
    holder = SealedField()
    saved_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"account of {self.member_id}"


class PayoutFile(models.Model):
    """One bank file: which payouts left in it, what they sum to, and the hash of its bytes."""

    provider = models.CharField(max_length=20, default="manual")
    unit = models.CharField(max_length=8)
    payouts_count = models.PositiveIntegerField()
    total = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    made_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["-made_at", "-id"], name="ledger_payoutfile_by_age")]

    def __str__(self) -> str:
        return f"file {self.pk}"


class Payout(models.Model):
    """One payout: what it takes is held by a pending transfer until the money arrived (settled) or did not (failed).

    `iban` and `holder` are what it was asked for with; they go with the member's account.
    """

    STATES = [(name, name) for name in ("requested", "approved", "sent", "settled", "failed", "cancelled")]
    WHYS = [(name, name) for name in ("", "refused", "timeout", "account", "limit", "cancelled", "erased")]

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="payouts", db_index=False)
    key = models.CharField(max_length=60)
    unit = models.CharField(max_length=8)
    amount = models.BigIntegerField()
    provider = models.CharField(max_length=20, default="manual")
    iban = SealedField(blank=True, default="")
    holder = SealedField(blank=True, default="")
    state = models.CharField(max_length=9, default="requested", choices=STATES)
    why = models.CharField(max_length=9, blank=True, default="", choices=WHYS)
    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="+")
    file = models.ForeignKey(PayoutFile, null=True, on_delete=models.PROTECT, related_name="payouts")
    reference = models.CharField(max_length=60, blank=True, default="")
    requested_at = models.DateTimeField()
    approved_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    approved_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "key"], name="ledger_payout_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="ledger_payout_above_zero"),
            models.CheckConstraint(
                condition=Q(state__in=["settled", "failed", "cancelled"], ended_at__isnull=False)
                | Q(state__in=["requested", "approved", "sent"], ended_at__isnull=True),
                name="ledger_payout_ended",
            ),
        ]
        indexes = [
            models.Index(fields=["member", "-requested_at", "-id"], name="ledger_payout_by_member"),
            models.Index(fields=["state", "requested_at", "id"], name="ledger_payout_by_state"),
        ]

    def __str__(self) -> str:
        return f"payout {self.id} {self.state}"
