"""Pages of the open book: HTTP only."""
