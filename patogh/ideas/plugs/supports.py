"""What the ideas plug in: verbs and tasks of supports, merges and meanings, and what an erasure does with them."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.utils import timezone

from patogh.activity import after, every, task, verb
from patogh.activity.models import Activity
from patogh.ideas import limits
from patogh.ideas.actions import following, merging, supporting, weighing
from patogh.ideas.actions.found import address_of
from patogh.ideas.models import Idea, Merging, Support
from patogh.ideas.nouns import VERBS
from patogh.ideas.queries.access import visible
from patogh.kit.hooks import hookimpl
from patogh.people.actions import give_notice
from patogh.people.models import Member
from patogh.people.notice_kinds import notice_kind

ENDINGS = ("decline", "expire", "archive", "withdraw", "merge", "approve")
MERGED_NOTICE = "ideas.idea_you_support_merged"

verb("ideas.support_given", type="Like", fa="از ایدهٔ {subject} حمایت کرد", en="supports the idea {subject}", visible="public")  # fmt: skip
verb("ideas.support_taken_back", type="Undo", fa="حمایتش از {subject} را پس گرفت", en="took back the support of {subject}", visible="staff")  # fmt: skip
verb("ideas.survey_answered", type="Add", fa="دربارهٔ بهای {subject} نظر داد", en="said what {subject} may cost", visible="staff")  # fmt: skip
verb("ideas.idea_followed", type="Follow", fa="ایدهٔ {subject} را دنبال کرد", en="follows the idea {subject}", visible="staff")  # fmt: skip
verb("ideas.idea_unfollowed", type="Undo", fa="دیگر ایدهٔ {subject} را دنبال نمی‌کند", en="follows the idea {subject} no longer", visible="staff")  # fmt: skip

notice_kind(
    MERGED_NOTICE, icon="git-merge",
    fa=("ایده‌ای را که حمایت کرده‌اید در «{title}» ادغام کرد", "ایده‌هایی را که حمایت کرده‌اید در «{title}» ادغام کرد"),
    en=("merged an idea you support into “{title}”", "merged ideas you support into “{title}”"),
    label=("ایده‌ای که حمایت کرده‌اید ادغام شود", "An idea you support is merged"), outside={"mail": "daily", "push": "never"},
)  # fmt: skip

after(VERBS["merge"], "ideas.carry_supports")
after(VERBS["unmerge"], "ideas.return_supports")
for _move in ENDINGS:
    after(VERBS[_move], "ideas.refund_budgets")
every("ideas.forget_networks", 3_600)


@task("ideas.carry_supports")
def carry_supports(activity: str) -> None:
    """Carry the supporters of a merged idea over, batch by batch, and tell each of them."""
    what = Activity.objects.get(pk=activity)
    merged = Merging.objects.select_related("into", "by").filter(pk=what.data["merging"]).first()
    while merged is not None and (members := merging.carry_batch(merged.pk)):
        for member in Member.objects.filter(pk__in=members, is_active=True).order_by("pk"):
            give_notice(
                member, MERGED_NOTICE, merged.into, actor=merged.by, activity_id=UUID(str(what.pk)),
                title=merged.into.title, url=address_of(merged.into),
            )  # fmt: skip


@task("ideas.return_supports")
def return_supports(activity: str) -> None:
    """Take back what an undone merge had carried over, batch by batch."""
    what = Activity.objects.get(pk=activity)
    while merging.return_batch(int(what.data["merging"])):
        pass


@task("ideas.refund_budgets")
def refund_budgets(activity: str) -> None:
    """Give back what the supports of an idea that ended had cost, batch by batch."""
    idea_id = int(Activity.objects.get(pk=activity).subject_id)
    while Idea.objects.filter(pk=idea_id).exists() and supporting.refund_batch(idea_id):
        pass


@task("ideas.forget_networks")
def forget_networks() -> None:
    """Clear hashes of networks that are older than `limits.NETWORK_KEPT_DAYS`."""
    before = timezone.now() - dt.timedelta(days=limits.NETWORK_KEPT_DAYS)
    while supporting.forget_networks(before):
        pass


@task("ideas.weigh_meaning")
def weigh_meaning(idea: int) -> None:
    """Compute what an idea means, where the optional package is installed."""
    weighing.weigh_meaning(idea)


@hookimpl
def erase_extras(member: Member) -> None:
    """Clear where an erased member's supports came from; the supports stay, without a name. They follow nothing any more."""
    supporting.forget_traces(member)
    following.forget_follows(member)


@hookimpl
def subjects_named(kind: str, keys: list[str], viewer: Any) -> dict[str, tuple[str, str]]:
    """Name the idea of a support, for its line in the book and its receipt."""
    if kind != supporting.SUBJECT:
        return {}
    ids = dict(
        Support.objects.filter(pk__in=[int(key) for key in keys if key.isdecimal() and len(key) < 19]).values_list(
            "pk", "idea"
        )
    )
    ideas = {row.pk: row for row in visible(viewer).filter(pk__in=set(ids.values()))}
    return {str(pk): (ideas[of].title, address_of(ideas[of])) for pk, of in ids.items() if of in ideas}
