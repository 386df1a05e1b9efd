"""What the ideas plug in: pages."""
