"""The limits of the chat on other sites, each named with its unit last."""

from typing import Final

TEXT_CHARS_MAX: Final = 4_000
TOKEN_CHARS_MIN: Final = 32
TOKEN_CHARS_MAX: Final = 64
KEY_CHARS_MAX: Final = 64
USER_CHARS_MAX: Final = 128
NAME_CHARS_MAX: Final = 80
IMAGE_BYTES_MAX: Final = 5 * 1024 * 1024
BODY_BYTES_MAX: Final = 7 * 1024 * 1024 + 64 * 1024  # a picture in Base64 and its words
ASK_BYTES_MAX: Final = 4 * 1024
AGE_S_MAX: Final = 7 * 86_400
ORIGINS_MAX: Final = 50
ANSWERS_A_TIME_MAX: Final = 50
SCRIPT_KEPT_S: Final = 3_600
SCRIPT_BYTES_MAX: Final = 12 * 1024  # packed, as it travels

QUIET_S: Final = 15 * 60  # between two notices about one conversation

# A conversation by mail
TRANSCRIPT_MESSAGES_MAX: Final = 500
CODE_CHARS_MAX: Final = 20
CODE_S: Final = 15 * 60
CODE_TRIES_MAX: Final = 5
TRANSCRIPTS_A_VISITOR_MAX: Final = 5  # a day
TRANSCRIPTS_AN_ADDRESS_MAX: Final = 3  # a day
TRANSCRIPTS_A_PLACE_MAX: Final = 10  # a minute
TRANSCRIPT_KEPT_S: Final = 86_400
SWEEP_S: Final = 3_600

# How often, by a minute
MINUTE_S: Final = 60
MESSAGES_A_VISITOR_MAX: Final = 20
MESSAGES_AN_ADDRESS_MAX: Final = 60
ASKS_AN_ADDRESS_MAX: Final = 600
WRONG_HASHES_AN_ADDRESS_MAX: Final = 20
