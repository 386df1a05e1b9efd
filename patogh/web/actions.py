"""What web writes besides the rooms' own actions: counters of views, and the version of the house."""

from collections.abc import Mapping

from django.db import connection
from django.db.models import F

from patogh.activity import upkeep
from patogh.people.models import Brand

_SEEN = "UPDATE hangout_topic SET views_count = views_count + %s WHERE id = %s"


@upkeep
def move_house() -> None:
    """Move the version that every remembered page is compared with."""
    Brand.objects.filter(pk=1).update(version=F("version") + 1)


@upkeep
def count_views(seen: Mapping[int, int]) -> None:
    """Add what was seen since the last time to the topics' counters, in the order of their ids; one prepared statement."""
    with connection.cursor() as cursor:
        cursor.executemany(_SEEN, [(count, topic_id) for topic_id, count in sorted(seen.items())])
