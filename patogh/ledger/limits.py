"""Every bound of the open book on our side, with its unit last; those of the protocol are in kit.tlog.limits."""

# The sequencer
APPEND_ENTRIES_MAX = 1_000
APPEND_TURNS_MAX = 20

# The signer
SEAL_EVERY_S = 5
RESEAL_IDLE_S = 3600
KEY_OVERLAP_DAYS = 30
WITNESSES_MAX = 40

# Talking with witnesses
WITNESS_TIMEOUT_S = 2.0
WITNESS_ANSWER_BYTES_MAX = 16 * 1024
WITNESS_RETRY_S = 10
WITNESS_SILENT_S = 3 * 3600
WITNESS_ERROR_CHARS_MAX = 200

# Erasure
ERASED_LEAVES_PER_ENTRY_MAX = 200

# Alarms
WAITING_S_MAX = 600
PENDING_S_MAX = 1800
