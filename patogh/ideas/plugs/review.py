"""What the ideas plug in: review."""
