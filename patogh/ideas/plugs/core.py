"""What the ideas plug in: core."""
