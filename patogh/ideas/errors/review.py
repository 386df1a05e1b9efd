"""What the board can refuse."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from patogh.kit.errors import Conflict, Forbidden, Invalid


class NotYours(Forbidden):
    """A score, note or decision of somebody who was not asked, has an interest, or has not handed in."""

    code = "not_yours"
    sentence = _(
        "This is not yours to do: you were not asked, you have an interest, or your own score is not handed in."
    )


class ScoreIsIn(Conflict):
    """A change of a score that was handed in."""

    code = "score_is_in"
    sentence = _("Your score is handed in and stays as it is. What you think now, write into the discussion.")


class ReviewIsOver(Conflict):
    """A step of a review that is over, or too late for it."""

    code = "review_is_over"
    sentence = _("The review of this idea has gone on without this step. Load the page again and look where it stands.")


class BadScore(Invalid):
    """A mark that is missing, out of range, or for another criterion."""

    code = "bad_marks"
    sentence = _("Each criterion takes a whole number from 0 to 10; to hand in, none may be empty.")


class WhyIsMissing(Invalid):
    """A conflict, note or reason without words."""

    code = "why_is_missing"
    sentence = _("Please say it in a few words.")
    field = "why"


class TooLong(Invalid):
    """Words of the board beyond their limit."""

    code = "too_long"
    sentence = _("This is longer than %(most)s characters. Please say it shorter.")


class DiscussionIsClosed(Conflict):
    """A decision before the discussion is open."""

    code = "discussion_is_closed"
    sentence = _("Scores are still sealed. When all are in, or you open the discussion, you can decide.")


class AlreadyDecided(Conflict):
    """A second decision on the same idea in the same round."""

    code = "already_decided"
    sentence = _("This idea is decided in this round, and the decision stands in the book. It cannot be changed.")


class BothLanguages(Invalid):
    """A public text that is missing in one of the two languages."""

    code = "both_languages"
    sentence = _("Everybody reads the reason: please write it in Persian and in English.")
    field = "reason"


class BadOutcome(Invalid):
    """A decision that is none."""

    code = "bad_outcome"
    sentence = _("Choose one: approved, not approved, or carried over to the next round.")
    field = "outcome"


class NotAReviewer(Invalid):
    """Asking somebody to score who has no right to review."""

    code = "not_a_reviewer"
    sentence = _("%(name)s is not on the board. Give them a role that reviews ideas first.")
    field = "member"


class TooManyReviewers(Conflict):
    """More reviewers than a round takes, or a round that is over."""

    code = "too_many_reviewers"
    sentence = _("A round takes at most %(most)s reviewers, and none once it is answered.")


class BadDates(Invalid):
    """Dates of a round in the wrong order."""

    code = "bad_dates"
    sentence = _("A round answers after it stopped taking ideas, and in the future.")
