"""The nouns of the hangout: places and topics, posts, decisions about them, and what belongs to one member."""

from patogh.hangout.models.ballots import Ballot, Elector, PollRecord
from patogh.hangout.models.decisions import (
    AcceptedAnswer,
    Closure,
    Pin,
    PostHide,
    PostTrash,
    Promise,
    TopicMerge,
    TopicMove,
    TopicTrash,
)
from patogh.hangout.models.mine import Bookmark, Draft, Follow, ReadMarker
from patogh.hangout.models.places import Space, SpaceMember, Tag, Topic, TopicTag
from patogh.hangout.models.posts import (
    ImportedThing,
    LinkPreview,
    OldAddress,
    Picture,
    Poll,
    PollOption,
    PollVote,
    Post,
    PostLink,
    Reaction,
    Revision,
)

__all__ = [
    "AcceptedAnswer", "Ballot", "Bookmark", "Closure", "Draft", "Elector", "Follow", "ImportedThing", "LinkPreview", "OldAddress", "Picture", "Pin", "Poll",
    "PollOption", "PollRecord", "PollVote", "Post", "PostHide", "PostLink", "PostTrash", "Promise", "Reaction", "ReadMarker", "Revision", "Space",
    "SpaceMember", "Tag", "Topic", "TopicMerge", "TopicMove", "TopicTag", "TopicTrash",
]  # fmt: skip
