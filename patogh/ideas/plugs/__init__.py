"""What the ideas plug into others, one module a noun."""
