"""Whether two moderators would decide alike, and what became of appeals.

Formula: Cohen's kappa over pairs of a first decision and a blind second opinion on the same item, beside the plain share
of equal pairs; share of decided appeals in which the decision was lifted, with Wilson's interval. Population: second
opinions given, and appeals decided, in the window. Exclusions: decisions of the house itself have no first judge.
Source: `trust.SecondOpinion`, `trust.Appeal`.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Count

from patogh.insight import limits
from patogh.insight.measures.window import Window
from patogh.insight.statistics import kappa, share
from patogh.trust.models import Appeal, SecondOpinion


def measured(window: Window) -> dict[str, Any]:
    """Return kappa and the plain agreement of second opinions, and the lifted share of appeals."""
    given = SecondOpinion.objects.filter(given_at__gte=window.since, given_at__lt=window.until, first_by__isnull=False)
    pairs = list(given.values_list("decision__what", "what")[: limits.CASES_READ_MAX])
    decided = Appeal.objects.filter(decided_at__gte=window.since, decided_at__lt=window.until)
    outcomes = dict(decided.values_list("outcome").annotate(Count("pk")))
    return {
        "kappa": kappa(pairs).as_json(),
        "equal": share(sum(one == two for one, two in pairs), len(pairs)).as_json(),
        "lifted": share(outcomes.get("lifted", 0), sum(outcomes.values())).as_json(),
    }
