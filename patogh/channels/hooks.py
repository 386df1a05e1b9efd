"""What this room plugs in: its verbs, its channels, and following every notice."""

from __future__ import annotations

import sys
import uuid

from patogh.activity import verb
from patogh.channels import actions, registry, tasks
from patogh.channels.incoming import tasks as incoming_tasks  # noqa: F401 - the worker knows them by name
from patogh.channels.mail.post import MAIL
from patogh.channels.plugs import chat as chat_words  # noqa: F401 - watches what left
from patogh.channels.plugs import connectors, persons
from patogh.channels.plugs import consent as consent_words  # noqa: F401 - watches what came
from patogh.channels.plugs import segments as segment_words  # noqa: F401 - plugs itself in
from patogh.channels.plugs import told as told_events  # noqa: F401 - plugs itself in
from patogh.channels.plugs import webmentions as webmention_words  # noqa: F401 - follows public texts
from patogh.channels.push import tasks as push_tasks  # noqa: F401 - the worker knows them by name
from patogh.channels.push.channel import PUSH
from patogh.kit.hooks import hookimpl, plug
from patogh.people.models import Member, Notice
from patogh.people.notice_kinds import notice_kind

verb(
    "channels.choices_made",
    type="Update",
    fa="خبرهای دلخواهش را برگزید",
    en="chose which notices to get",
    visible="staff",
)
verb(
    "channels.terms_changed", type="Update", fa="زمان خبرها را عوض کرد", en="changed when notices come", visible="staff"
)
verb(
    "channels.notices_muted",
    type="Ignore",
    fa="خبرها را تا مدتی بی‌صدا کرد",
    en="muted notices for a while",
    visible="staff",
)
verb("channels.notices_unmuted", type="Undo", fa="صدای خبرها را باز کرد", en="unmuted notices", visible="staff")
verb(
    "channels.mail_unsubscribed",
    type="Leave",
    fa="از خبرنامه‌ای بیرون رفت",
    en="unsubscribed from mails",
    visible="staff",
)
verb(
    "channels.mail_resubscribed",
    type="Undo",
    fa="به خبرنامه‌ای برگشت",
    en="took an unsubscription back",
    visible="staff",
)
verb(
    "channels.address_forgiven",
    type="Undo",
    fa="خواست به نشانی‌اش دوباره ایمیل بزنیم",
    en="asked to mail an address again",
    visible="staff",
)

notice_kind(
    "channels.unreachable", icon="mail",
    fa=("ایمیل‌های ما به شما برگشت می‌خورد؛ نشانی‌تان را ببینید", "ایمیل‌های ما به شما برگشت می‌خورد؛ نشانی‌تان را ببینید"),
    en=("Our mails to you come back; look at your address", "Our mails to you come back; look at your address"),
    outside={},
)  # fmt: skip

verb(
    "channels.device_allowed",
    type="Add",
    fa="دستگاهی را برای خبرها روشن کرد",
    en="allowed a device to be told on",
    visible="staff",
)
verb(
    "channels.device_removed",
    type="Remove",
    fa="خبرهای دستگاهی را خاموش کرد",
    en="took a device back",
    visible="staff",
)
registry.register(MAIL)
tasks.serve("mail")
registry.register(PUSH)
tasks.serve("push")


@hookimpl
def notice_given(notice: Notice, member: Member, activity_id: uuid.UUID, thread: str) -> None:
    """Put a notice on its way to wherever its member wants to hear of it."""
    actions.plan(notice, member, activity_id, thread)


plug(sys.modules[__name__])
for module in (connectors, persons):
    plug(module)
