"""Polls in the open book: simple ones with their result, sealed ones that anybody can recount.

`kit/ballots.py` holds the bytes; here are who may vote, the verbs, what the pages read, and the turn of the clock.
"""
