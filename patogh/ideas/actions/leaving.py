"""What ideas do when somebody goes for good: what others stand behind stays, under the pseudonym; the rest goes.

Called by people's erasure, inside its transaction.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from patogh.activity import upkeep
from patogh.activity.road import erasing
from patogh.ideas.actions import found
from patogh.ideas.actions.creators import WHOLE_BPS
from patogh.ideas.actions.feedback import count_feedback
from patogh.ideas.actions.materials import drop_files
from patogh.ideas.models import Creator, Feedback, Follow, Idea, Material, Move, Question, Revision, Update
from patogh.people.models import Member


@upkeep
def forget_maker(member: Member, *, with_text: bool) -> None:
    """Do the part of making together: private drafts go, shares pass on, feedback and follows go; with text also the words."""
    _drop_private(member)
    _pass_on_shares(member)
    _drop_follows(member)
    rated = list(Idea.objects.filter(feedback__member=member))
    Feedback.objects.filter(member=member).delete()
    for idea in rated:
        count_feedback(idea)
    if with_text:
        _empty_words(member)
    Idea.objects.filter(author=member).update(version=F("version") + 1)


def shared_out(parts: dict[int, int], whole: int) -> dict[int, int]:
    """Return whole numbers in proportion to `parts` that sum to `whole`: floors first, then one each to the largest remainders.

    Parts that are all zero share alike. An empty dict stays empty.
    """
    if not parts:
        return {}
    total = sum(parts.values())
    weights = parts if total else dict.fromkeys(parts, 1)
    total = total or len(parts)
    floors = {key: whole * weight // total for key, weight in weights.items()}
    left = whole - sum(floors.values())
    order = sorted(weights, key=lambda key: (-(whole * weights[key] % total), key))
    return {key: floors[key] + (1 if key in order[:left] else 0) for key in floors}


def _drop_private(member: Member) -> None:
    """Delete what nobody but the member and the team ever saw, with its files."""
    for idea in Idea.objects.filter(author=member, published_at=None):
        tokens = list(Material.objects.filter(idea=idea).values_list("token", flat=True))
        found.unindex_idea(idea.pk)
        with erasing():
            idea.delete()
        transaction.on_commit(lambda tokens=tokens: drop_files(tokens))  # type: ignore[misc]


def _drop_follows(member: Member) -> None:
    """Let ideas be followed by one less."""
    rows = Follow.objects.filter(member=member)
    Idea.objects.filter(pk__in=rows.values("idea_id"), followers_count__gt=0).update(
        followers_count=F("followers_count") - 1, version=F("version") + 1
    )
    rows.delete()


def _pass_on_shares(member: Member) -> None:
    """Give the member's parts to the other makers in proportion; where nobody else makes the idea, no part is left."""
    for mine in Creator.objects.select_for_update().filter(member=member).select_related("idea"):
        if mine.state == "invited":
            mine.delete()
            continue
        others = Creator.objects.filter(idea=mine.idea_id, state="agreed").exclude(pk=mine.pk)
        if mine.state == "agreed":
            parts = shared_out(dict(others.values_list("pk", "share_bps")), WHOLE_BPS)
            for pk, bps in parts.items():
                Creator.objects.filter(pk=pk).update(share_bps=bps)
        Creator.objects.filter(idea=mine.idea_id, state="invited").delete()
        Creator.objects.filter(idea=mine.idea_id).exclude(state="left").update(proposed_bps=None, has_agreed=False)
        Creator.objects.filter(pk=mine.pk).update(
            state="left", share_bps=0, role="", invited_by=None, answered_at=timezone.now()
        )
        Idea.objects.filter(pk=mine.idea_id).update(version=F("version") + 1)


def _empty_words(member: Member) -> None:
    """Empty what they wrote about ideas; a title stays a line that says why there is nothing."""
    Update.objects.filter(author=member).update(text="", html="", hidden_at=timezone.now())
    Question.objects.filter(answered_by=member).update(answer="", answer_html="")
    Question.objects.filter(asked_by=member).update(text="—")
    with erasing():  # what they said as makers; a reason of the team is the house's word
        Move.objects.filter(by=member, as_team=False).update(reason="", reason_en="", note="")
    for idea in Idea.objects.filter(author=member):
        with override(idea.language):
            title = _("An idea whose author has left")
        tokens = list(Material.objects.filter(idea=idea).values_list("token", flat=True))
        Material.objects.filter(idea=idea).delete()
        Revision.objects.filter(idea=idea).delete()
        Idea.objects.filter(pk=idea.pk).update(
            title=title, lead="", problem="", proposal="", problem_html="", proposal_html="", facts=[], picture=""
        )
        idea.refresh_from_db()
        found.index_idea(idea)
        transaction.on_commit(lambda tokens=tokens: drop_files(tokens))  # type: ignore[misc]
