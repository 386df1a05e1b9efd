"""Pages of the shop, HTTP only."""
