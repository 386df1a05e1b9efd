"""Nouns of the ideas: `programmes` and their rules, `ideas` and their moves, `supports`, `making`, `review`, `royalties`."""

from patogh.ideas.models.ideas import Creator, Idea, Material, Move, Revision
from patogh.ideas.models.making import Feedback, Follow, Question, Update
from patogh.ideas.models.programmes import Category, Programme, RuleVersion, ThresholdTurn
from patogh.ideas.models.review import Batch, BatchIdea, Conflict, Decision, Reviewer, ReviewNote, Score
from patogh.ideas.models.royalties import (
    Acceptance,
    Agreement,
    IdeaProduct,
    RoyaltyCorrection,
    RoyaltyLine,
    RoyaltyPeriod,
)
from patogh.ideas.models.supports import Budget, Meaning, Merging, Support, SurveyAnswer

__all__ = [
    "Acceptance", "Agreement", "Batch", "BatchIdea", "Budget", "Category", "Conflict", "Creator", "Decision", "Feedback", "Follow", "Idea",
    "IdeaProduct", "Material", "Meaning", "Merging", "Move", "Programme", "Question", "ReviewNote", "Reviewer", "Revision", "RoyaltyCorrection", "RoyaltyLine",
    "RoyaltyPeriod", "RuleVersion", "Score", "Support", "SurveyAnswer", "ThresholdTurn", "Update",
]  # fmt: skip
