"""What was ordered and what came back. A row is known by its source and the number that the source gave it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from patogh.people.models import Identity
from patogh.shop.models.products import Product

MEMBER = settings.AUTH_USER_MODEL


class Import(models.Model):
    """One file that was read: who brought it, what came of each row."""

    source = models.CharField(max_length=40)
    kind = models.CharField(max_length=10)
    name = models.CharField(max_length=200, blank=True, default="")
    sha256 = models.CharField(max_length=64)
    rows_count = models.PositiveIntegerField(default=0)
    new_count = models.PositiveIntegerField(default=0)
    changed_count = models.PositiveIntegerField(default=0)
    refused_count = models.PositiveIntegerField(default=0)
    refusals = models.JSONField(default=list)
    brought_by = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="+")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["-started_at", "-id"], name="shop_import_by_age")]

    def __str__(self) -> str:
        return f"{self.source} {self.kind}"


class Order(models.Model):
    """One order; `buyer` is the identity that it was placed with (order-email:…, order-phone:…), if the source told it."""

    source = models.CharField(max_length=40)
    number = models.CharField(max_length=80)
    ordered_at = models.DateTimeField()
    unit = models.CharField(max_length=8)
    state = models.CharField(
        max_length=9, default="placed", choices=[(s, s) for s in ("placed", "paid", "sent", "cancelled")]
    )
    buyer = models.ForeignKey(Identity, null=True, on_delete=models.SET_NULL, related_name="+")
    net_minor = models.BigIntegerField(default=0)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "number"], name="shop_order_once")]
        indexes = [models.Index(fields=["-ordered_at", "-id"], name="shop_order_by_age")]

    def __str__(self) -> str:
        return f"{self.source}/{self.number}"


class OrderLine(models.Model):
    """So many of one product; `net_minor` is what was paid for the line without tax, delivery and discount: what a share is counted of."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    number = models.PositiveIntegerField()
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="lines", db_index=False)
    quantity = models.PositiveIntegerField()
    net_minor = models.BigIntegerField()
    unit = models.CharField(max_length=8)
    sold_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "number"], name="shop_line_once"),
            models.CheckConstraint(condition=Q(net_minor__gte=0), name="shop_line_not_negative"),
        ]
        indexes = [models.Index(fields=["product", "sold_at"], name="shop_line_by_product")]

    def __str__(self) -> str:
        return f"{self.order_id}/{self.number}"


class Return(models.Model):
    """So many of a line that came back; never more than were sold, in number and in money (the action holds it)."""

    line = models.ForeignKey(OrderLine, on_delete=models.CASCADE, related_name="returns")
    number = models.CharField(max_length=80)
    quantity = models.PositiveIntegerField()
    net_minor = models.BigIntegerField()
    returned_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line", "number"], name="shop_return_once"),
            models.CheckConstraint(condition=Q(net_minor__gte=0), name="shop_return_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} {self.number}"
