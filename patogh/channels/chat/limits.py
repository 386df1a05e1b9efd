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

# How often, by a minute
MINUTE_S: Final = 60
MESSAGES_A_VISITOR_MAX: Final = 20
MESSAGES_AN_ADDRESS_MAX: Final = 60
ASKS_AN_ADDRESS_MAX: Final = 600
WRONG_HASHES_AN_ADDRESS_MAX: Final = 20
