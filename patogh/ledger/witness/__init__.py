"""A witness of transparency logs: one small service that a partner runs, in the C2SP tlog-witness protocol.

It sees one thing: that a log only ever grew. It never learns what is in the log and says nothing about its truth.
Nothing here imports Django; with `patogh.kit.tlog` and `cryptography` it is packed into one file (`packing`).
"""
