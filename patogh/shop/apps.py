"""The room of the shop."""

from django.apps import AppConfig


class ShopConfig(AppConfig):
    """Products, orders and returns."""

    name = "patogh.shop"
    label = "shop"
