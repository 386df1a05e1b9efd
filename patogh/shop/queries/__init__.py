"""What is read from the shop."""

from patogh.shop.queries.sales import Recorded, Sales, recorded_between, sales_between

__all__ = ["Recorded", "Sales", "recorded_between", "sales_between"]
