"""What the ideas plug in: the desk's place in the bar, the board's verbs and notices, and the clock of its rounds."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from patogh.activity import every, task, verb
from patogh.ideas import limits
from patogh.ideas.actions import batches, deciding
from patogh.ideas.models import Batch, Decision
from patogh.ideas.queries import desk
from patogh.kit.hooks import hookimpl
from patogh.looks.hooks import NavItem
from patogh.looks.waiting import waiting
from patogh.people.notice_kinds import notice_kind
from patogh.people.queries import may

_VERBS = {
    "ideas.batch_dated": ("Update", "روزهای {subject} را گذاشت", "set the dates of {subject}"),
    "ideas.reviewer_added": ("Invite", "کسی را به بررسی {subject} فراخواند", "asked someone to review {subject}"),
    "ideas.reviewer_removed": ("Remove", "کسی را از بررسی {subject} کنار گذاشت", "took someone off {subject}"),
    "ideas.reviewers_reminded": ("Announce", "بررسی {subject} را یادآوری کرد", "reminded the reviewers of {subject}"),
    "ideas.score_handed_in": ("Add", "نمره‌اش به {subject} را تحویل داد", "handed in a score of {subject}"),
    "ideas.conflict_declared": ("Ignore", "گفت که در {subject} ذی‌نفع است", "declared an interest in {subject}"),
    "ideas.conflict_withdrawn": ("Undo", "اعلام ذی‌نفعی در {subject} را پس گرفت", "took back an interest in {subject}"),
    "ideas.discussion_opened": ("Update", "گفت‌وگوی هیئت دربارهٔ {subject} را باز کرد", "opened the board’s talk about {subject}"),
    "ideas.note_written": ("Add", "دربارهٔ {subject} برای هیئت یادداشتی نوشت", "wrote the board a note about {subject}"),
    "ideas.decision_made": ("Update", "دربارهٔ {subject} تصمیم گرفت", "decided on {subject}"),
}  # fmt: skip
for _name, (_type, _fa, _en) in _VERBS.items():
    verb(_name, type=_type, fa=_fa, en=_en, visible="staff")

notice_kind(
    batches.CALLED,
    icon="list-checks",
    fa=("شما را به هیئت بررسی «{title}» فراخواند", "شما را به هیئت بررسی «{title}» فراخواند"),
    en=("asked you to review “{title}”", "asked you to review “{title}”"),
    label=("فراخوانده شدن به هیئت بررسی", "Being asked to review"),
)
notice_kind(
    batches.REMINDED,
    icon="clock",
    fa=("نمره‌های شما در «{title}» مانده است", "نمره‌های شما در «{title}» مانده است"),
    en=("Your scores of “{title}” are awaited", "Your scores of “{title}” are awaited"),
    label=("یادآوری نمره‌های مانده", "Reminders of missing scores"),
)

every("ideas.turn_batches", limits.BOARD_TURN_S)
every("ideas.announce", limits.ANNOUNCE_TURN_S)


@task("ideas.turn_batches")
def turn_batches() -> None:
    """Open, close, fill and answer rounds, and remind reviewers."""
    batches.turn_batches(timezone.now())


@task("ideas.announce")
def announce() -> None:
    """Announce what is decided and witnessed; most turns find nothing in one short query."""
    if Decision.objects.filter(announced_at=None).exclude(trouble=deciding.MOVED_ON).exists():
        deciding.announce_due(timezone.now())


@hookimpl
def account_items(member: Any) -> list[NavItem]:
    """Lead the team to the desk of ideas, and reviewers to their rounds."""
    if may(member, "ideas.triage"):
        rows = waiting(desk.waiting_ideas(), desk.WAITING_MAX)
        return [NavItem(_("Desk of ideas"), reverse("team_ideas"), icon="lightbulb", order=62, waiting=rows)]
    if may(member, "ideas.review"):
        return [NavItem(_("Review board"), reverse("team_batches"), icon="lightbulb", order=62)]
    return []


@hookimpl
def subjects_named(kind: str, keys: list[str], viewer: Any) -> dict[str, tuple[str, str]]:
    """Name the rounds of review to the board."""
    if kind != "ideas.batch" or not may(viewer, "ideas.review"):
        return {}
    found = Batch.objects.filter(pk__in=[key for key in keys if key.isdecimal()])
    return {str(one.pk): (one.name, reverse("team_batch", args=[one.pk])) for one in found}
