"""Taking one's own data out, and going for good: both drawn from what the rooms' inventories say of each field."""
