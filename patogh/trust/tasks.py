"""What follows after commit: everybody concerned hears of a decision, levels are weighed, what is old is swept away."""

from __future__ import annotations

from uuid import UUID

from patogh.activity import after, every, task
from patogh.activity.models import Activity
from patogh.people.actions import give_notice
from patogh.people.models import Member
from patogh.trust import actions, limits
from patogh.trust.actions.levels import weighed
from patogh.trust.models import Appeal, Decision, Flag, Held, ReviewItem, Sanction
from patogh.trust.nouns import Subject
from patogh.trust.queries import shown
from patogh.trust.queries.standing_due import due_records

MINE = "/me/moderation"
WEIGHED_AT_ONCE = 25

after("trust.item_decided", "trust.tell_of_decisions")
after("trust.items_decided", "trust.tell_of_decisions")
after("trust.decisions_undone", "trust.tell_of_undoing")
after("trust.member_sanctioned", "trust.tell_of_sanction")
after("trust.sanction_lifted", "trust.tell_of_lifting")
after("trust.appeal_decided", "trust.tell_of_appeal")
after("trust.subject_hidden", "trust.tell_of_hiding")
after("trust.level_changed", "trust.tell_of_level")
every("trust.weigh_levels", limits.WEIGH_EVERY_S)
every("trust.sweep", limits.SWEEP_EVERY_S)


@task("trust.tell_of_decisions")
def tell_of_decisions(activity: str) -> None:
    """Tell the member of each decision, and everybody who flagged what came of it."""
    what = Activity.objects.get(pk=activity)
    for decision in Decision.objects.select_related("member", "item").filter(pk__in=what.data["decisions"]):
        if decision.member is not None:
            _tell_member(what, decision, decision.member)
        for flag in Flag.objects.select_related("by").filter(pk__in=decision.before.get("flags", {}).get("ids", [])):
            if flag.by is not None:
                subject = Subject(decision.subject_kind, decision.subject_id)
                _tell(what, flag.by, "flag_settled", decision, _title(subject, flag.by))


@task("trust.tell_of_undoing")
def tell_of_undoing(activity: str) -> None:
    """Tell the members of decisions that were taken back."""
    what = Activity.objects.get(pk=activity)
    for decision in Decision.objects.select_related("member").filter(pk__in=what.data["decisions"]):
        if decision.member is not None:
            _tell(what, decision.member, "undone", decision, _title_of(decision, decision.member))


@task("trust.tell_of_sanction")
def tell_of_sanction(activity: str) -> None:
    """Tell a member of a warning, a silence or a suspension."""
    what = Activity.objects.get(pk=activity)
    decision = Decision.objects.select_related("member").filter(pk=what.data["decision"]).first()
    if decision is not None and decision.member is not None:
        _tell(what, decision.member, "sanctioned", decision)


@task("trust.tell_of_lifting")
def tell_of_lifting(activity: str) -> None:
    """Tell a member that a sanction is lifted."""
    what = Activity.objects.get(pk=activity)
    row = Sanction.objects.select_related("member", "decision").filter(pk=what.data["sanction"]).first()
    if row is not None:
        _tell(what, row.member, "sanction_lifted", row.decision)


@task("trust.tell_of_appeal")
def tell_of_appeal(activity: str) -> None:
    """Tell a member the answer to an appeal, and whoever made the decision too."""
    what = Activity.objects.get(pk=activity)
    row = Appeal.objects.select_related("by", "decision").filter(pk=what.subject_id).first()
    if row is not None:
        _tell(what, row.by, "appeal_decided", row.decision)


@task("trust.tell_of_hiding")
def tell_of_hiding(activity: str) -> None:
    """Tell an author that flags took a post out of sight."""
    what = Activity.objects.get(pk=activity)
    item = ReviewItem.objects.select_related("member").filter(pk=what.subject_id).first()
    if item is not None and item.member is not None:
        title = _title(Subject(item.subject_kind, item.subject_id), item.member)
        give_notice(
            item.member, "trust.hidden", item, actor=None, activity_id=UUID(str(what.pk)), url=MINE, title=title
        )


@task("trust.tell_of_level")
def tell_of_level(activity: str) -> None:
    """Tell a member of a new level; a lost one is only seen on the own profile."""
    what = Activity.objects.get(pk=activity)
    member = Member.objects.filter(pk=what.subject_id).first()
    if member is not None and what.data["level"] > what.data["before"]:
        give_notice(member, "trust.level_reached", member, actor=None, activity_id=UUID(str(what.pk)), url=member.url)


@task("trust.weigh_levels")
def weigh_levels() -> None:
    """Look at the records whose time has come, and at those who came with a history; small bites behind the door."""
    while actions.credit_history():
        pass
    found = [weighed(row, row.member.trust_level) for row in due_records()]
    for start in range(0, len(found), WEIGHED_AT_ONCE):
        actions.settle_levels(found[start : start + WEIGHED_AT_ONCE])


@task("trust.sweep")
def sweep() -> None:
    """Drop what nothing looks at any more: old paces, sayings, days and cases."""
    actions.forget_old_paces()
    actions.forget_old_sayings()
    actions.forget_old_days()
    actions.forget_old_cases()


def _tell_member(what: Activity, decision: Decision, member: Member) -> None:
    """Tell a member of one decision, in the words that fit what was decided about."""
    if decision.subject_kind != "trust.held":
        kind = "decided" if decision.what != "none" else "sanctioned"
        if decision.what != "none" or decision.sanction:
            _tell(what, member, kind, decision, _title_of(decision, member))
        return
    held = Held.objects.filter(pk=decision.subject_id).first()
    if held is None:
        return
    is_in = decision.what in {"approve", "edit"}
    kind = {"age": "age_settled", "sign_up": "let_in" if is_in else "sanctioned"}.get(
        held.kind, "published" if is_in else "refused"
    )
    place = shown(Subject(held.published_kind, held.published_id), member) if held.published_id else None
    url = place.url if place else MINE
    give_notice(
        member, f"trust.{kind}", decision, actor=None, activity_id=UUID(str(what.pk)), url=url, title=held.title
    )


def _tell(what: Activity, member: Member, kind: str, decision: Decision, title: str = "") -> None:
    url = f"{MINE}#decision-{decision.pk}" if kind != "flag_settled" else MINE
    give_notice(member, f"trust.{kind}", decision, actor=None, activity_id=UUID(str(what.pk)), url=url, title=title)


def _title_of(decision: Decision, member: Member) -> str:
    return _title(Subject(decision.subject_kind, decision.subject_id), member)


def _title(subject: Subject, viewer: Member) -> str:
    """Return the name of a thing as far as this viewer may see it."""
    thing = shown(subject, viewer)
    return thing.title if thing is not None else ""
