"""Segments: rules over what is known of people, and who is in them now."""
