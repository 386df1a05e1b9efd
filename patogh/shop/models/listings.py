"""How shops list what is sold: whose words a product stands for, and which version of them was taken."""

from django.db import models
from django.db.models import Q

from patogh.shop.models.products import Product


class Listing(models.Model):
    """What one shop says of one product; `key` is the shop's own id, `family` that of the product of which it is a kind.

    `said` is what the shop said last: only where it says something else does the product follow, so that what the team wrote
    stays. A family itself has no `product`: its row keeps which version of it was taken, and that it is gone.
    """

    source = models.CharField(max_length=40)
    key = models.CharField(max_length=80)
    family = models.CharField(max_length=80, blank=True, default="")
    product = models.ForeignKey(Product, null=True, on_delete=models.CASCADE, related_name="listings")
    said = models.JSONField(default=dict)
    version = models.CharField(max_length=120, blank=True, default="")
    gone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "key"], name="shop_listing_once")]
        indexes = [models.Index(fields=["source", "family"], name="shop_listing_by_family", condition=~Q(family=""))]

    def __str__(self) -> str:
        return f"{self.source}/{self.key}"
