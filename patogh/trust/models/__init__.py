"""What trust keeps: how members stand, what is asked of moderators, what they decided, and who blocks whom."""

from patogh.trust.models.asked import Flag, Held, QueueTally, ReviewItem
from patogh.trust.models.bounds import Block, ListedWord, Pace, SaidBefore, TrustTerms
from patogh.trust.models.decided import Appeal, Decision, Sanction, SecondOpinion
from patogh.trust.models.standing import MemberDay, Record, RepliedTopic

__all__ = [
    "Appeal",
    "Block",
    "Decision",
    "Flag",
    "Held",
    "ListedWord",
    "MemberDay",
    "Pace",
    "QueueTally",
    "Record",
    "RepliedTopic",
    "ReviewItem",
    "SaidBefore",
    "Sanction",
    "SecondOpinion",
    "TrustTerms",
]
