"""What the hangout tells in a digest, chosen for many members at once, and what stands in a mail about a notice."""
