"""Every bound of the shop, with its unit last."""

from typing import Final

QUANTITY_MAX: Final = 1_000_000
NET_MINOR_MAX: Final = 10**15
NUMBER_CHARS_MAX: Final = 80
SOURCE_CHARS_MAX: Final = 40
EARLIEST_YEAR: Final = 1990
AHEAD_HOURS_MAX: Final = 24  # clocks and zones of shops differ; a sale further ahead is refused
LINES_AT_ONCE_MAX: Final = 1_000
ORDERS_AT_ONCE_MAX: Final = 500
CHUNK_ROWS: Final = 500
ORDER_LINES_MAX: Final = 500
UPLOAD_BYTES_MAX: Final = 12 * 1024 * 1024
PREVIEW_ROWS: Final = 6
HEADERS_MAX: Final = 200
CELL_CHARS_MAX: Final = 2_000
FILES_OPEN_MAX: Final = 50
REFUSED_AT_FIRST_MAX: Final = 1_000  # a file of which nothing but refusals came by then was read wrongly: it stops
CODE_CHARS_MAX: Final = 40
CODE_FRESH_CHARS: Final = 8
CODE_USES_MAX: Final = 10_000_000
CODES_A_MEMBER_MAX: Final = 20
CODE_DAYS_MAX: Final = 3_660
LEVEL_MAX: Final = 4  # of trust
CLICKS_A_MINUTE_MAX: Final = 60
