"""What was ordered and what came back. A row is known by its source and the number that the source gave it."""

from django.db import models
from django.db.models import Q

from patogh.people.models import Identity
from patogh.shop.models.imports import Import
from patogh.shop.models.products import Product

STANDS = Q(cancelled_at__isnull=True)


class Order(models.Model):
    """One order; `buyer` is the identity that it was placed with (shop-customer:…, order-email:…, order-phone:…), if known.

    Of a stream: `key` is the shop's own id, `version` names the newest version that was taken (`actions.streams`); delivery
    and tax stand apart from the lines.
    """

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
    key = models.CharField(max_length=80, blank=True, default="", db_default="")
    version = models.CharField(max_length=120, blank=True, default="", db_default="")
    shipping_minor = models.BigIntegerField(default=0, db_default=0)
    tax_minor = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "number"], name="shop_order_once")]
        indexes = [
            models.Index(fields=["-ordered_at", "-id"], name="shop_order_by_age"),
            models.Index(fields=["source", "key"], name="shop_order_by_key", condition=~Q(key="")),
        ]

    def __str__(self) -> str:
        return f"{self.source}/{self.number}"


class OrderLine(models.Model):
    """So many of one product; `net_minor` is what was paid for the line without tax, delivery and discount: what a share
    is counted of. A line that was changed or cancelled is `recorded_at` anew, and a `Change` says what it was.
    """

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    number = models.PositiveBigIntegerField()
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="lines", db_index=False)
    quantity = models.PositiveIntegerField()
    net_minor = models.BigIntegerField()
    unit = models.CharField(max_length=8)
    sold_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField()
    brought = models.ForeignKey(Import, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "number"], name="shop_line_once"),
            models.CheckConstraint(condition=Q(net_minor__gte=0), name="shop_line_not_negative"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="shop_line_of_something"),
        ]
        indexes = [
            models.Index(
                fields=["product", "sold_at", "unit", "net_minor", "quantity"],
                name="shop_line_by_product",
                condition=STANDS,
            ),
            models.Index(fields=["product", "recorded_at"], name="shop_line_by_record"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}/{self.number}"


class Return(models.Model):
    """So many of a line that came back; never more than were sold, in number and in money (the action holds it).

    None of it for a return that its source took back; money without pieces where only a part of the price was given back.
    `product` and `unit` are the line's own, so that a period is summed from one index.
    """

    line = models.ForeignKey(OrderLine, on_delete=models.CASCADE, related_name="returns")
    number = models.CharField(max_length=80)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+", db_index=False)
    quantity = models.PositiveIntegerField()
    net_minor = models.BigIntegerField()
    unit = models.CharField(max_length=8)
    returned_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    brought = models.ForeignKey(Import, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line", "number"], name="shop_return_once"),
            models.CheckConstraint(condition=Q(net_minor__gte=0), name="shop_return_not_negative"),
        ]
        indexes = [
            models.Index(fields=["product", "returned_at"], name="shop_return_by_product"),
            models.Index(fields=["product", "recorded_at"], name="shop_return_by_record"),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} {self.number}"


class Change(models.Model):
    """What a line or a return of an order said before its source said something else; append-only."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="changes")
    line_number = models.PositiveBigIntegerField()
    return_number = models.CharField(max_length=80, blank=True, default="")
    was = models.JSONField()
    brought = models.ForeignKey(Import, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.order_id} {self.changed_at}"
