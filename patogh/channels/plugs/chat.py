"""Telling a visitor's open page that it was answered, the team's pages that something was said, and the team that somebody waits."""

from __future__ import annotations

from patogh.activity import enqueue, live, verb, watch
from patogh.activity.models import Activity
from patogh.channels.chat import tasks as chat_tasks
from patogh.channels.chat.answers import live_channel
from patogh.channels.connectors import talks
from patogh.channels.models import Message
from patogh.people.notice_kinds import notice_kind

verb(
    "channels.transcript_sent",
    type="Create",
    fa="گفت‌وگویش را با ایمیل گرفت",
    en="had the conversation sent by mail",
    visible="staff",
)

notice_kind(
    chat_tasks.WROTE, icon="message-square",
    fa=("کسی در «{title}» نوشته و منتظر پاسخ است", "کسی در «{title}» نوشته و منتظر پاسخ است"),
    en=("somebody wrote in “{title}” and waits for an answer", "somebody wrote in “{title}” and waits for an answer"),
    label=("کسی در گفت‌وگوی سایت بنویسد", "Somebody writes in the web chat"), outside={"push": "now", "mail": "soon"},
)  # fmt: skip


@watch("channels.message_received")
def tell_team(activity: Activity) -> None:
    """Have the team told of a message of a visitor; the task looks whether it is time again."""
    _knock(activity)
    if activity.channel == "chat":
        enqueue(
            chat_tasks.TELL,
            key=f"chat:{activity.subject_id}",
            message=int(activity.subject_id),
            activity=str(activity.pk),
        )


@watch("channels.mention_found")
def tell_pages(activity: Activity) -> None:
    """Knock at the team's pages."""
    _knock(activity)


@watch("channels.message_written")
def tell_of_answer(activity: Activity) -> None:
    """Knock at the pages of the others of the team: somebody answers already."""
    _knock(activity)


@watch("channels.message_sent")
def tell_visitor(activity: Activity) -> None:
    """Knock at the visitor's page after the commit; it asks for the words itself."""
    message = _knock(activity)
    if activity.channel == "chat" and message is not None and message.identity is not None:
        live.publish(live_channel(message.identity.value), "said", {"id": message.pk})


def _knock(activity: Activity) -> Message | None:
    """Tell the team's open pages in which conversation something happened; returns what it happened to."""
    message = Message.objects.filter(pk=activity.subject_id).only("setup", "thread", "identity").first()
    if message is not None:
        live.publish(talks.LIVE, "talk", {"subject": talks.name_of(message)})
    return message
