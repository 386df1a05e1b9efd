"""Which conversation is about an idea: asked at every reply, so by one plain statement."""

from typing import Final

from patogh.kit.rows import rows

_OF_TOPIC: Final = "SELECT 1 FROM ideas_idea WHERE topic_id = %s LIMIT 1"


def is_talked_about_in(topic_id: int) -> bool:
    """Return whether a topic is an idea's conversation."""
    return bool(rows(_OF_TOPIC, [topic_id]))
