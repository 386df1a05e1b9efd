"""The makers' share: the agreement, the product that an idea became, and each period's statement, line by line."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from patogh.ideas.models.ideas import Creator, Idea
from patogh.shop.models import Product

MEMBER = settings.AUTH_USER_MODEL


class Agreement(models.Model):
    """The text that the makers of one idea agree to, in one version; never changed (trigger)."""

    idea = models.ForeignKey(Idea, on_delete=models.PROTECT, related_name="agreements")
    version = models.PositiveIntegerField()
    text = models.TextField()
    text_en = models.TextField()
    bps = models.PositiveIntegerField()
    copies = models.PositiveIntegerField(default=0)
    shares = models.JSONField()
    sha256 = models.CharField(max_length=64)
    made_by = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()
    # Set once, when the last maker accepted.
    in_force_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["idea", "version"], name="ideas_agreement_once"),
            models.CheckConstraint(condition=Q(bps__lte=10_000), name="ideas_agreement_bps"),
        ]

    def __str__(self) -> str:
        return f"{self.idea_id} v{self.version}"


class Acceptance(models.Model):
    """A maker's yes to one version of the agreement."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="acceptances")
    creator = models.ForeignKey(Creator, on_delete=models.PROTECT, related_name="acceptances")
    sha256 = models.CharField(max_length=64)
    language = models.CharField(max_length=2)
    accepted_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agreement", "creator"], name="ideas_acceptance_once")]

    def __str__(self) -> str:
        return f"{self.creator_id} to {self.agreement_id}"


class IdeaProduct(models.Model):
    """The product that an idea became, and since which day its sales count."""

    idea = models.ForeignKey(Idea, on_delete=models.PROTECT, related_name="products")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    agreement = models.ForeignKey(Agreement, null=True, on_delete=models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True)
    tied_by = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="+")
    tied_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["product"], condition=Q(until__isnull=True), name="ideas_product_of_one_idea"
            )
        ]

    def __str__(self) -> str:
        return f"{self.product_id} of {self.idea_id}"


class RoyaltyPeriod(models.Model):
    """One month of one idea in one unit, in integer minor units. `period` is a month of the brand's calendar, "1405-08".

    net = gross - returns; the share is net x bps / 10,000; it is announced once witnesses have seen its line.
    """

    idea = models.ForeignKey(Idea, on_delete=models.PROTECT, related_name="royalty_periods")
    period = models.CharField(max_length=7)
    unit = models.CharField(max_length=8)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    gross = models.BigIntegerField()
    returns = models.BigIntegerField()
    net = models.BigIntegerField()
    bps = models.PositiveIntegerField()
    amount = models.BigIntegerField()
    units_sold = models.IntegerField(default=0)
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField()
    announced_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["idea", "period", "unit"], name="ideas_period_once"),
        ]
        indexes = [
            models.Index(fields=["closed_at"], name="ideas_period_waiting", condition=Q(announced_at__isnull=True))
        ]

    def __str__(self) -> str:
        return f"{self.idea_id} {self.period}"


class RoyaltyLine(models.Model):
    """One maker's part of a period. `carried_in` and `carried_out` are what rounding left, in 1/100,000,000 of a minor unit.

    `owed_in` and `owed_out` are the debt of periods in which more came back than was sold, in minor units.
    """

    period = models.ForeignKey(RoyaltyPeriod, on_delete=models.PROTECT, related_name="lines")
    creator = models.ForeignKey(Creator, on_delete=models.PROTECT, related_name="lines")
    share_bps = models.PositiveIntegerField()
    carried_in = models.BigIntegerField(default=0)
    amount = models.BigIntegerField()
    carried_out = models.BigIntegerField(default=0)
    owed_in = models.BigIntegerField(default=0, db_default=0)
    owed_out = models.BigIntegerField(default=0, db_default=0)
    transfer_id = models.UUIDField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["period", "creator"], name="ideas_line_once")]

    def __str__(self) -> str:
        return f"{self.creator_id} {self.amount}"


class RoyaltyCorrection(models.Model):
    """By how much the net of a closed period would be another now: it counts in `counted_in`, at the rate of what it corrects."""

    about = models.ForeignKey(RoyaltyPeriod, on_delete=models.PROTECT, related_name="corrections")
    counted_in = models.ForeignKey(RoyaltyPeriod, on_delete=models.PROTECT, related_name="corrected")
    amount = models.BigIntegerField()
    noted_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["about", "counted_in"], name="ideas_correction_once")]

    def __str__(self) -> str:
        return f"{self.about_id}: {self.amount}"
