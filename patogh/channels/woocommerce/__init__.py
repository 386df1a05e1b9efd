"""A shop on WooCommerce: its orders and customers, by signed webhooks and by asking."""
