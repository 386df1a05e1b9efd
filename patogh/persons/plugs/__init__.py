"""What the persons plug into others, one module a noun."""
