"""What the ideas plug in: royalties."""
