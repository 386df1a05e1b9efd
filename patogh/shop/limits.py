"""Every bound of the shop, with its unit last."""
