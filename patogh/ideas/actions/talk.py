"""The conversation of an idea: it lives in the hangout, beside this room, and is opened at the first word about the idea."""

from __future__ import annotations

from patogh.activity import upkeep
from patogh.ideas.actions.stamps import touch
from patogh.ideas.errors import NoTalkNow, TextEmpty
from patogh.ideas.machine import MERGED
from patogh.ideas.models import Idea
from patogh.ideas.queries.lists import idea_path
from patogh.kit.hooks import plugins
from patogh.people.models import Member
from patogh.trust.nouns import Said
from patogh.trust.queries import check_may_write


def say_about(idea: Idea, words: Said, *, by: Member) -> tuple[str, bool]:
    """Say something about an idea, through the hangout's own gate; returns where it stands and whether it waits for a moderator.

    Raises NoTalkNow, and whatever the gate refuses: then no conversation was opened in vain.
    """
    check_may_write(by)
    if idea.state == MERGED or not idea.is_in_sight:
        raise NoTalkNow
    if not words.text.strip():
        raise TextEmpty
    topic = idea.topic_id or open_talk(idea)
    answer: tuple[str, bool] | None = plugins.hook.conversation_continued(topic_id=topic, words=words, by=by)
    if answer is None:
        raise NoTalkNow
    return answer


def open_talk(idea: Idea) -> int:
    """Open the conversation of an idea as its author, or return the one that is there."""
    topic: int | None = plugins.hook.conversation_wanted(
        key=f"ideas.idea:{idea.pk}",
        title=idea.title,
        address=idea_path(idea.pk, idea.title),
        text=idea.lead,
        by=idea.author,
    )
    if topic is None:
        raise NoTalkNow
    return tie_topic(idea.pk, topic)


@upkeep
def tie_topic(idea_id: int, topic_id: int) -> int:
    """Remember which topic an idea is talked about in; the first one stays."""
    Idea.objects.filter(pk=idea_id, topic_id=None).update(topic_id=topic_id)
    kept = Idea.objects.values_list("topic_id", flat=True).get(pk=idea_id)
    return kept or topic_id


@upkeep
def count_talk(topic_id: int) -> None:
    """Keep the count of answers of the idea that is talked about here, if this topic is about one."""
    idea = Idea.objects.filter(topic_id=topic_id).only("pk", "comments_count").first()
    if idea is None:
        return
    count = plugins.hook.conversation_counted(topic_id=topic_id) or 0
    Idea.objects.filter(pk=idea.pk).update(comments_count=count)
    touch(idea)
