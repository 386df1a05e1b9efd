"""What people do: the only writers of this room."""

from patogh.people.actions.brands import edit_brand, open_house, set_up_brand
from patogh.people.actions.bulk import NewMember, load_members
from patogh.people.actions.contacts import (
    change_password,
    confirm_email,
    confirm_phone,
    drop_password,
    forget_email,
    keep_outside_account,
    set_phone,
)
from patogh.people.actions.follows import follow_member, mute_member, unfollow_member
from patogh.people.actions.identities import claim, link_identity, unlink
from patogh.people.actions.joining import join, open_session, stage_member
from patogh.people.actions.leaving import (
    ask_for_copy,
    close_account,
    come_back,
    drop_old_copies,
    note_copy_failed,
    note_packed,
    take_copy,
)
from patogh.people.actions.notices import give_notice, see_notice, see_notices
from patogh.people.actions.profiles import change_avatar, change_settings, edit_profile, mark_seen, remove_avatar
from patogh.people.actions.roles import grant_role, revoke_role
from patogh.people.actions.standing import end_sessions, set_age_band, set_standing

__all__ = [
    "NewMember",
    "ask_for_copy",
    "change_avatar",
    "change_password",
    "change_settings",
    "claim",
    "close_account",
    "come_back",
    "confirm_email",
    "confirm_phone",
    "drop_old_copies",
    "drop_password",
    "edit_brand",
    "edit_profile",
    "end_sessions",
    "follow_member",
    "forget_email",
    "give_notice",
    "grant_role",
    "join",
    "keep_outside_account",
    "link_identity",
    "load_members",
    "mark_seen",
    "mute_member",
    "note_copy_failed",
    "note_packed",
    "open_house",
    "open_session",
    "remove_avatar",
    "revoke_role",
    "see_notice",
    "see_notices",
    "set_age_band",
    "set_phone",
    "set_standing",
    "set_up_brand",
    "stage_member",
    "take_copy",
    "unfollow_member",
    "unlink",
]
