"""What is sold."""

from django.db import models


class Product(models.Model):
    """Something on the shelf; money in integer minor units of `unit`. `hidden_at`: its shop deleted it or took it back."""

    STATES = [(name, name) for name in ("planned", "on_sale", "ended")]

    sku = models.CharField(max_length=60, unique=True)
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True, default="")
    about = models.CharField(max_length=600, blank=True, default="")
    about_en = models.CharField(max_length=600, blank=True, default="")
    picture = models.CharField(max_length=120, blank=True, default="")
    state = models.CharField(max_length=7, default="planned", choices=STATES)
    unit = models.CharField(max_length=8, default="IRR")
    price_minor = models.BigIntegerField(null=True)
    url = models.CharField(max_length=500, blank=True, default="")
    units_sold = models.IntegerField(default=0)
    released_at = models.DateTimeField(null=True)
    hidden_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    version = models.PositiveBigIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["state", "-released_at", "-id"], name="shop_product_by_release")]

    def __str__(self) -> str:
        return self.name
