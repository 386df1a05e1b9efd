"""Which records of a plain table are one person: names, fields, weights, and the batch that uses them.

Nothing here knows Django's models. The live index (`persons.matching`) uses the same names, keys and weights.
"""
