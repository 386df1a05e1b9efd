"""The open book: value in double entry, and a log of what matters that anyone can verify.

Nothing here is loaded on import: `verify` and `witness` run without Django on a partner's machine.
"""
