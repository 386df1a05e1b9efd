"""A shop on Shopify: its orders and customers, by signed webhooks and by asking."""
