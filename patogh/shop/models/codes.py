"""Codes that are shared: whose they are, what they promise, how often they may be used, and the orders that used them."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q

from patogh.people.models import Identity
from patogh.shop.models.orders import Order

MEMBER = settings.AUTH_USER_MODEL


class Code(models.Model):
    """One code. `key` is its one spelling, by which it is found; the shop gives what `reward_*` says, we count.

    `uses_count` counts the redemptions that stand: it never passes `uses_max`. A code has an owner or a campaign; its owner
    asked for it (`is_asked`), by the terms of `Sharing`, or the team gave it.
    """

    REWARDS = [(name, name) for name in ("none", "bps", "amount")]

    code = models.CharField(max_length=40)
    key = models.CharField(max_length=40, unique=True)
    owner = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="+")
    campaign = models.CharField(max_length=80, blank=True, default="")
    reward_kind = models.CharField(max_length=6, default="none", choices=REWARDS)
    reward_value = models.BigIntegerField(default=0)
    unit = models.CharField(max_length=8, blank=True, default="")
    uses_max = models.PositiveIntegerField(null=True)
    uses_per_person_max = models.PositiveIntegerField(default=1)
    net_minor_min = models.BigIntegerField(default=0)
    is_for_new = models.BooleanField(default=False)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    uses_count = models.PositiveIntegerField(default=0)
    clicks_count = models.PositiveBigIntegerField(default=0)
    is_asked = models.BooleanField(default=False, db_default=False)
    made_by = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    version = models.PositiveBigIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(uses_max__isnull=True) | Q(uses_count__lte=models.F("uses_max")),
                name="shop_code_within_limit",
            )
        ]
        indexes = [models.Index(fields=["-created_at", "-id"], name="shop_code_by_age")]

    def __str__(self) -> str:
        return self.code

    def is_open_at(self, at: dt.datetime) -> bool:
        """Whether a moment is within a code's days."""
        return self.starts_at <= at and (self.ends_at is None or at < self.ends_at)


class Sharing(models.Model):
    """The brand's one rule for codes that members ask for: whether they may, from which level on, and what such a code is."""

    is_open = models.BooleanField(default=False)
    level_min = models.PositiveSmallIntegerField(default=0)
    codes_max = models.PositiveSmallIntegerField(default=1)
    days = models.PositiveIntegerField(null=True)
    reward_kind = models.CharField(max_length=6, default="none", choices=Code.REWARDS)
    reward_value = models.BigIntegerField(default=0)
    unit = models.CharField(max_length=8, blank=True, default="")
    uses_max = models.PositiveIntegerField(null=True)
    uses_per_person_max = models.PositiveIntegerField(default=1)
    net_minor_min = models.BigIntegerField(default=0)
    is_for_new = models.BooleanField(default=False)
    version = models.PositiveBigIntegerField(default=1)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="shop_sharing_is_one")]

    def __str__(self) -> str:
        return "open" if self.is_open else "closed"


class Redemption(models.Model):
    """An order that was placed with a code: "counted", "refused" (and why), or "undone" when the order came back."""

    STATES = [(name, name) for name in ("counted", "refused", "undone")]

    code = models.ForeignKey(Code, on_delete=models.CASCADE, related_name="redemptions", db_index=False)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="redemptions")
    buyer = models.ForeignKey(Identity, null=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=7, choices=STATES)
    why = models.CharField(max_length=24, blank=True, default="")
    redeemed_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "order"], name="shop_redemption_once")]
        indexes = [models.Index(fields=["code", "-redeemed_at", "-id"], name="shop_redemption_by_age")]

    def __str__(self) -> str:
        return f"{self.code_id} {self.order_id} {self.state}"
