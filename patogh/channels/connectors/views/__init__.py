"""Pages of the connectors."""
