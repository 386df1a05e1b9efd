"""Bringing other communities in: a source reads a dump row by row, the frame brings the rows in through the one door."""
