"""What the ideas plug in: making."""
