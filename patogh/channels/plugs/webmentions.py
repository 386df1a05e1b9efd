"""Following public texts: what links outside is told, and told again when the text changes or goes."""

from __future__ import annotations

from typing import Final

from django.db import transaction

from patogh.activity import enqueue, every, live, task, watch
from patogh.activity.models import Activity
from patogh.channels.connectors.tasks import one_of_strangers
from patogh.channels.webmention import limits, queries, telling

LOOK: Final = "channels.look_at_links"
TELL: Final = "channels.tell_pages"
VERBS: Final = (
    "topic_opened", "topic_edited", "topic_trashed", "topic_restored", "topic_moved", "reply_posted", "post_edited",
    "post_trashed", "post_restored", "post_hidden", "post_unhidden",
)  # fmt: skip


@task(LOOK)
def look_at_links(activity: str) -> None:
    """Look at the text that something was done with."""
    row = Activity.objects.filter(pk=activity).first()
    if row is not None and row.subject_id:
        telling.plan(row.subject_kind, str(row.subject_id))


@task(TELL)
def tell_pages() -> None:
    """Tell the pages whose turn it is; slow ones hold up nothing else."""
    with one_of_strangers(TELL, TELL) as is_mine:
        if is_mine:
            telling.tell_due()


def hear(activity: Activity) -> None:
    """Queue a look at a text that was touched; while nobody outside is told, this looks into memory and does nothing."""
    if queries.IS_TELLING():
        enqueue(LOOK, activity=str(activity.pk))
        transaction.on_commit(live.wake_worker)


def look_anew(activity: Activity) -> None:  # noqa: ARG001 - whatever happened to a setup
    """Let this process see a changed setup at once; others see it within LOOKED_AT_S seconds."""
    queries.IS_TELLING.forget()
    transaction.on_commit(queries.IS_TELLING.forget)


for _verb in VERBS:
    watch(f"hangout.{_verb}")(hear)
for _verb in ("added", "edited", "switched_off", "switched_on"):
    watch(f"channels.setup_{_verb}")(look_anew)
every(TELL, limits.LOOK_EVERY_S)
