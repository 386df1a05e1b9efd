"""Ideas: what customers propose, support and see made, each decision with its public reason."""
