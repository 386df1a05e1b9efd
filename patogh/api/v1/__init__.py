"""The first version of the API: the same actions and queries as the pages, in JSON.

Nothing outside this package may import it: it is loaded when the first request below /api/v1/ comes, so that processes
which serve pages only never carry it.
"""
