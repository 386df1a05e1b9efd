"""The limits of connectors, each named with its unit last."""

from typing import Final

# What comes in
TEXT_CHARS_MAX: Final = 100_000
SUBJECT_CHARS_MAX: Final = 400
KEY_CHARS_MAX: Final = 250
NAME_CHARS_MAX: Final = 120
URL_CHARS_MAX: Final = 1_000
TRAITS_MAX: Final = 50
TRAIT_CHARS_MAX: Final = 500
CLAIMS_MAX: Final = 8
DATA_BYTES_MAX: Final = 64 * 1024
ARRIVALS_A_TAKE_MAX: Final = 200
DEADLOCKS_MAX: Final = 3
FUTURE_S_MAX: Final = 600
ATTACHMENTS_MAX: Final = 20
ATTACHMENTS_NAMED_MAX: Final = 50
ATTACHMENT_BYTES_MAX: Final = 20 * 1024 * 1024
ATTACHMENTS_BYTES_MAX: Final = 40 * 1024 * 1024

# Dead letters
LETTER_BYTES_MAX: Final = 2 * 1024 * 1024
LETTERS_OPEN_MAX: Final = 1_000
LETTERS_KEPT_DAYS: Final = 30
REPLAYED_A_TIME_MAX: Final = 200
FAULT_CHARS_MAX: Final = 400

# Turns
TURN_S_MAX: Final = 30
LEASE_S: Final = 60
TURNS_AT_ONCE_MAX: Final = 2
STRANGERS_AT_ONCE_MAX: Final = 1
STRANGERS_WAIT_S: Final = (10.0, 30.0)
LOOK_EVERY_S: Final = 5
WAIT_S_MIN: Final = 1
WAIT_S_MAX: Final = 6 * 3600
BACK_OFF_S_MIN: Final = 5
BACK_OFF_S_MAX: Final = 3_600
BACK_OFF_JITTER: Final = 0.2
RETRY_AFTER_S_MAX: Final = 86_400
SENDS_A_TURN_MAX: Final = 100
SEND_ATTEMPTS_MAX: Final = 30
ERRANDS_WAITING_MAX: Final = 2_000
SWEEP_EVERY_S: Final = 3_600
FETCH_S_MAX: Final = 86_400

# A request
TIMEOUT_S: Final = 10
ANSWER_BYTES_MAX: Final = 5 * 1024 * 1024
REDIRECTS_MAX: Final = 3

# The pages
UNREAD_DAYS_MAX: Final = 30
SETUPS_MAX: Final = 100
HALTED_RETRY_S: Final = 300
MADE_UP: Final = "demo-"  # how the address of a setup of the demo begins: nobody is asked and nothing leaves
