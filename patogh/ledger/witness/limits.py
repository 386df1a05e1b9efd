"""What the witness takes, keeps and waits for, each with its unit last."""

from __future__ import annotations

from typing import Final

BODY_BYTES_MAX: Final = 128 * 1024  # 63 proof lines and a note with 16 signatures of 5 kB
PROOF_LINES_MAX: Final = 63
TREE_SIZE_MAX: Final = 2**63 - 1
LOGS_MAX: Final = 1000
KEYS_PER_LOG_MAX: Final = 4

CONNECTIONS_MAX: Final = 64
IDLE_S_MAX: Final = 5.0  # a kept-alive connection that says nothing
REQUEST_S_MAX: Final = 10.0  # request line, headers and body together, from the first byte
ANSWER_S_MAX: Final = 10.0

LOG_REQUESTS_PER_S: Final = 10.0  # of requests that the log itself signed
ALL_TIMES: Final = 20  # all requests together, signed or not, may be so many times those of one log

CLOCK_BEHIND_S_MAX: Final = 5  # so far behind the last cosignature, a retry helps; further, an operator
EVIDENCE_FILES_MAX: Final = 500  # of each log
EVIDENCE_SHOWN_MAX: Final = 50
