"""Limits of persons, units last."""

from typing import Final

SUGGESTED_PROBABILITY_MIN: Final = 0.7  # below it a pair is not worth a question
MATCH_CANDIDATES_MAX: Final = 40  # of one record that are compared in full, those under the rarest keys first
MATCH_KEYS_MAX: Final = 60  # of one record
MATCH_WEIGHTS_KEPT_S: Final = 60  # how long a process keeps the weights it read
MATCH_FACTS_PER_FIELD_MAX: Final = 6  # e-mail addresses and numbers of one person that are compared
RESOLVE_EVERY_S: Final = 24 * 60 * 60
RESOLVE_PERSONS_MIN: Final = 200  # fewer than this and the batch has nothing to learn from
RESOLVE_S_MAX: Final = 30 * 60
RESOLVE_SUGGESTIONS_MAX: Final = 2_000  # of one batch, the most likely first
PERSONS_PAGE_ROWS: Final = 30
SUGGESTIONS_PAGE_ROWS: Final = 12
ROAD_PAGE_ROWS: Final = 20
REASON_CHARS_MAX: Final = 300
LOOK_REASON_CHARS_MIN: Final = 4  # a reason to look at somebody: a word at least
LOOK_HOLDS_S: Final = 30 * 60  # how long a page stays open by one look
NOTE_CHARS_MAX: Final = 4_000
NOTES_SHOWN: Final = 20
PLEDGE_CHARS_MAX: Final = 300
PLEDGE_DAYS_MAX: Final = 366
PLEDGES_SHOWN: Final = 20
LOOKS_PAGE_ROWS: Final = 30
SWEEP_EVERY_S: Final = 5
SWEEP_S_MAX: Final = 30
SWEEP_BACK_S: Final = 10
SWEEP_STEP_TRAITS: Final = 1_000
PEOPLE_FILE_BYTES_MAX: Final = 12 * 1024 * 1024  # sent by a page; the command reads files of any size
PEOPLE_FILES_OPEN_MAX: Final = 20
PEOPLE_PREVIEW_ROWS: Final = 20
PEOPLE_CHUNK_ROWS: Final = 500
PEOPLE_REFUSED_AT_FIRST_MAX: Final = 1_000
PEOPLE_LABEL_CHARS_MAX: Final = 32
PEOPLE_UNDO_DAYS: Final = 30
LINKS_SHOWN_MAX: Final = 400  # decisions read for one page of identities
LINKS_OF_IDENTITY_MAX: Final = 12
JOINED_FIELDS_MAX: Final = 12  # fields that are chosen one by one when two are joined
