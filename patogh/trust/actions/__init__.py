"""What people do: the only writers of this room."""

from patogh.trust.actions.ages import change_age_band
from patogh.trust.actions.appealing import appeal, decide_appeal, give_second_opinion, withdraw_appeal
from patogh.trust.actions.blocking import block_member, unblock_member
from patogh.trust.actions.deciding import Batch, decide, decide_many, undo_decisions
from patogh.trust.actions.flagging import flag, withdraw_flag
from patogh.trust.actions.holding import forget_old_sayings, hold, hold_sign_up, note_said, withdraw_held
from patogh.trust.actions.leaving import forget_old_cases, let_go
from patogh.trust.actions.levels import (
    credit_history,
    forget_old_days,
    note_reading,
    reach_level,
    set_level,
    settle_levels,
)
from patogh.trust.actions.listing import list_word, unlist_word
from patogh.trust.actions.pacing import count_account, forget_old_paces, keep_pace
from patogh.trust.actions.queueing import claim_item, note_seen, release_item
from patogh.trust.actions.sanctioning import lift_sanction, sanction_member
from patogh.trust.actions.terms import change_terms

__all__ = [
    "Batch",
    "appeal",
    "block_member",
    "change_age_band",
    "change_terms",
    "claim_item",
    "count_account",
    "credit_history",
    "decide",
    "decide_appeal",
    "decide_many",
    "flag",
    "forget_old_cases",
    "forget_old_days",
    "forget_old_paces",
    "forget_old_sayings",
    "give_second_opinion",
    "hold",
    "hold_sign_up",
    "keep_pace",
    "let_go",
    "lift_sanction",
    "list_word",
    "note_reading",
    "note_said",
    "note_seen",
    "reach_level",
    "release_item",
    "sanction_member",
    "set_level",
    "settle_levels",
    "unblock_member",
    "undo_decisions",
    "unlist_word",
    "withdraw_appeal",
    "withdraw_flag",
    "withdraw_held",
]
