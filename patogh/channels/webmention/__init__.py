"""Webmention: other sites tell that they link to ours, and we look for ourselves."""
