"""Moving an idea's version, so that remembered pages of it are made anew."""

from django.db.models import F

from patogh.activity import upkeep
from patogh.ideas.models import Idea


@upkeep
def touch(idea: Idea) -> None:
    """Move the version of an idea that is being written about; called inside a running action, by whoever changes what its page shows."""
    Idea.objects.filter(pk=idea.pk).update(version=F("version") + 1)
