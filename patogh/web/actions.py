"""What web writes besides the rooms' own actions: counters of views, and the version of the house."""

from collections.abc import Mapping

from django.db.models import F

from patogh.activity import upkeep
from patogh.hangout.models import Topic
from patogh.people.models import Brand


@upkeep
def move_house() -> None:
    """Move the version that every remembered page is compared with."""
    Brand.objects.filter(pk=1).update(version=F("version") + 1)


@upkeep
def count_views(seen: Mapping[int, int]) -> None:
    """Add what was seen since the last time to the topics' counters; one row a topic, in the order of their ids."""
    for topic_id, count in sorted(seen.items()):
        Topic.objects.filter(pk=topic_id).update(views_count=F("views_count") + count)
