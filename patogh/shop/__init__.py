"""The shop: products, what was ordered of them, and what came back."""
