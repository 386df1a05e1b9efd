"""What the channels plug into others, one module a noun."""
