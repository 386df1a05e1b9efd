"""Any sequence of merges and undos, in any order that is legal: what is undone is as if it had never been."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from patogh.kit.errors import PatoghError
from patogh.people.consent import give
from patogh.people.identifying import identity_of
from patogh.people.models import Identity
from patogh.persons.merging import merge_persons, undo_merge
from patogh.persons.models import Merge
from patogh.persons.tests.dumping import dump

PERSONS = 5
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("merge"), st.integers(0, PERSONS - 1), st.integers(0, PERSONS - 1)),
        st.tuples(st.just("undo"), st.integers(0, 7), st.just(0)),
    ),
    min_size=1, max_size=9,
)  # fmt: skip


@pytest.mark.django_db(transaction=False)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
def test_undoing_everything_gives_everything_back(steps, agent):
    from django.db import transaction

    with transaction.atomic():
        persons = [identity_of("cookie", f"browser-{number}", verified=True).person for number in range(PERSONS)]
        states = [dump(persons)]
        for word, left, right in steps:
            standing = list(Merge.objects.filter(undone_at=None).order_by("pk"))
            try:
                with transaction.atomic():
                    if word == "merge":
                        merge_persons(persons[left], persons[right], by=agent, reason="می‌گوید")
                        states.append(dump(persons))
                    elif standing:
                        undo_merge(standing[left % len(standing)], by=agent)
            except PatoghError:
                continue
        for merge in Merge.objects.filter(undone_at=None).order_by("-pk"):
            undo_merge(merge, by=agent)
        assert dump(persons) == states[0]
        transaction.set_rollback(True)


@pytest.mark.django_db
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(order=st.permutations(range(1, PERSONS)))
def test_merges_into_one_person_are_undone_in_any_order(order, agent):
    from django.db import transaction

    with transaction.atomic():
        rows = [identity_of("cookie", f"browser-{number}") for number in range(PERSONS)]
        persons = [one.person for one in rows]
        give(rows[1], "news", "mail", words="خبر", method="form", evidence={}, language="fa")
        before = dump(persons)
        merges = {number: merge_persons(persons[0], persons[number], by=agent) for number in range(1, PERSONS)}
        assert Identity.objects.filter(person=persons[0]).count() == PERSONS
        for number in order:
            undo_merge(merges[number], by=agent)
        assert dump(persons) == before
        transaction.set_rollback(True)
