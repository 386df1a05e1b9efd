"""Every bound of the protocol, with its unit last. The C2SP specs set most of them; ours are said to be ours."""

from __future__ import annotations

HASH_BYTES = 32
TREE_SIZE_MAX = (1 << 63) - 1
TIMESTAMP_S_MAX = (1 << 63) - 1
PROOF_HASHES_MAX = 63
"""tlog-witness: no more than 63 lines; a tree of 2^63 leaves needs no more."""
ENTRY_BYTES_MAX = 65_535
"""tlog-tiles: entries have a 16-bit length."""
NOTE_BYTES_MAX = 1_000_000
"""Ours and Go's."""
NOTE_SIGNATURES_MAX = 100
"""Ours and Go's; signed-note wants at least 16."""
KEY_NAME_BYTES_MAX = 255
"""Ours: an ML-DSA cosignature has room for 255 bytes of name and of origin."""
CHECKPOINT_EXTENSIONS_MAX = 32
POLICY_BYTES_MAX = 262_144
POLICY_NAMES_MAX = 256
"""Ours, for logs and for witnesses and groups together; tlog-policy wants at least 32 of each."""
PROOF_BYTES_MAX = NOTE_BYTES_MAX + 131_072
EXTRA_BYTES_MAX = 65_535
CLOCK_AHEAD_S_MAX = 300
"""Ours: how far a witness's clock may run before ours and its word still count."""
JSON_INTEGER_MAX = (1 << 53) - 1
