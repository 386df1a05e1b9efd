"""Reads that span rooms: what home shows, the road beside it, feeds and the sitemap."""
