"""What this room plugs in: its verbs, and that tokens end when the password changes or the account is suspended."""

from __future__ import annotations

from patogh.activity import every, verb, watch
from patogh.activity.models import Activity
from patogh.api import actions
from patogh.people.models import Member

verb("api.token_made", type="Create", fa="یک توکن ساخت", en="made a token", visible="staff")
verb("api.token_revoked", type="Delete", fa="یک توکن را پس گرفت", en="took a token back", visible="staff")

every("api.forget_answers", 3600)


@watch("people.password_changed")
def end_tokens_of(activity: Activity) -> None:
    """Take all tokens back: whoever knew the old password knows them no longer."""
    member = Member.objects.filter(identity_id=activity.identity_id or 0).values_list("pk", flat=True).first()
    if member is not None:
        actions.end_tokens(member, "password")
