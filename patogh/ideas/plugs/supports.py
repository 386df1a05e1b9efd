"""What the ideas plug in: supports."""
