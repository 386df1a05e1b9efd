"""What is written here: tokens made and taken back, answers kept for keys that come again."""

from patogh.api.actions.answers import forget_answers, matched, once
from patogh.api.actions.tokens import end_tokens, make_token, note_use, revoke_token

__all__ = ["end_tokens", "forget_answers", "make_token", "matched", "note_use", "once", "revoke_token"]
