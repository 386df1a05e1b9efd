"""What `patogh check` looks at. A finding is `{"code", "sentence", "count"}`: one plain line for the operator."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection

from patogh.activity import jobs, limits, relay
from patogh.activity.models import Activity, ErasureDoor, Job
from patogh.channels.incoming.queries import mailboxes
from patogh.hangout.models import Picture, Post, Reaction, Space, Topic
from patogh.ideas import health as ideas_health
from patogh.kit.persian import KEY_VERSION
from patogh.ledger.health import alarms
from patogh.people.models import Member
from patogh.search.models import IndexState

Finding = dict[str, Any]

# Stored counters beside what they count; each statement returns the number of rows whose counter is wrong.
COUNTERS = {
    "topic_replies_count": """
        SELECT count(*) FROM hangout_topic t
        WHERE t.trashed_at IS NULL AND t.merged_into_id IS NULL AND t.replies_count <>
        (SELECT count(*) FROM hangout_post p WHERE p.topic_id = t.id AND p.number > 1 AND p.trashed_at IS NULL)""",
    "topic_last_number": """
        SELECT count(*) FROM hangout_topic t WHERE t.last_number <
        (SELECT coalesce(max(p.number), 0) FROM hangout_post p WHERE p.topic_id = t.id)""",
    "post_reactions_count": """
        SELECT count(*) FROM hangout_post p WHERE p.reactions_count <>
        (SELECT count(*) FROM hangout_reaction r WHERE r.post_id = p.id)""",
    "space_topics_count": """
        SELECT count(*) FROM hangout_space s WHERE s.topics_count <>
        (SELECT count(*) FROM hangout_topic t
         WHERE t.space_id = s.id AND t.trashed_at IS NULL AND t.merged_into_id IS NULL)""",
    "idea_supporters_count": """
        SELECT count(*) FROM ideas_idea i WHERE i.supporters_count <>
        (SELECT count(*) FROM ideas_support s WHERE s.idea_id = i.id AND s.withdrawn_at IS NULL)""",
    "idea_moves_count": """
        SELECT count(*) FROM ideas_idea i WHERE i.moves_count <>
        (SELECT count(*) FROM ideas_move m WHERE m.idea_id = i.id)""",
    "programme_gathering_count": """
        SELECT count(*) FROM ideas_programme p WHERE p.gathering_count <>
        (SELECT count(*) FROM ideas_idea i WHERE i.programme_id = p.id AND i.state = 'gathering')""",
    "member_unread_notices_count": """
        SELECT count(*) FROM people_member m WHERE m.unread_notices_count <>
        (SELECT count(*) FROM people_notice n WHERE n.member_id = m.id AND n.read_at IS NULL)""",
}


def counts() -> dict[str, int]:
    """Return how many members, spaces, topics, posts, reactions and activities there are."""
    models = {
        "members": Member,
        "spaces": Space,
        "topics": Topic,
        "posts": Post,
        "reactions": Reaction,
        "activities": Activity,
    }
    return {name: model._default_manager.count() for name, model in models.items()}  # noqa: SLF001 - Django's documented name


def findings(*, quick: bool = False) -> list[Finding]:
    """Return everything that is broken; `quick` leaves out what reads every row."""
    looks: list[Callable[[], Iterator[Finding]]] = [_queue, _mailbox, _door, _search_key, _book, _ideas]
    if not quick:
        looks += [_database, _counters, _pictures]
    return [finding for look in looks for finding in look()]


def _finding(code: str, sentence: str, count: int = 1) -> Finding:
    return {"code": code, "sentence": sentence, "count": count}


def _queue() -> Iterator[Finding]:
    """Look at what has to leave and at the jobs."""
    if (age := relay.oldest_waiting_s()) > limits.OUTBOX_AGE_S_MAX:
        yield _finding("outbox_late", f"the outbox has waited {age:.0f} s; is a worker running?")
    if (wait := jobs.longest_wait_s()) > limits.JOB_WAIT_S_MAX:
        yield _finding("jobs_late", f"a job has waited {wait:.0f} s beyond its time; is a worker running?")
    if dead := Job.objects.filter(state="dead").count():
        yield _finding("jobs_dead", f"{dead} jobs failed for good; `patogh jobs` shows them.", dead)


def _mailbox() -> Iterator[Finding]:
    """Look whether the mailbox of replies could be read at the last visit."""
    for box in mailboxes():
        if box["fault"]:
            yield _finding("mailbox_unread", f"replies by mail wait since {box['fault_since']}: {box['fault']}")


def _door() -> Iterator[Finding]:
    """An erasure door that was committed open lets anybody rewrite the road."""
    if ErasureDoor.objects.exists():
        yield _finding("erasure_door_open", "the erasure door stands open; delete the rows of activity_erasuredoor.")


def _book() -> Iterator[Finding]:
    """Look whether the open book goes on: a signer that refuses, facts that wait, witnesses that are silent."""
    for sentence in alarms():
        yield _finding("book_alarm", f"the open book: {sentence}")


def _ideas() -> Iterator[Finding]:
    """Look whether the clock of the ideas stands still."""
    for sentence in ideas_health.alarms():
        yield _finding("ideas_alarm", sentence)


def _search_key() -> Iterator[Finding]:
    """Look whether the search index was folded by the present rules."""
    if not IndexState.objects.filter(key_version=KEY_VERSION).exists():
        yield _finding("search_stale", "the search index was folded by older rules; rebuild it.")


def _database() -> Iterator[Finding]:
    """Ask SQLite itself; PostgreSQL watches its pages by checksums."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        for code, statement in (
            ("database_broken", "PRAGMA integrity_check(20)"),
            ("reference_broken", "PRAGMA foreign_key_check"),
        ):
            wrong = [row for row in cursor.execute(statement).fetchall() if row[0] != "ok"]
            if wrong:
                yield _finding(code, f"SQLite says: {wrong[0]}", len(wrong))


def _counters() -> Iterator[Finding]:
    """Compare stored counters with what they count."""
    for code, statement in COUNTERS.items():
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement)
                wrong = cursor.fetchone()[0]
        except DatabaseError as error:
            yield _finding(code, f"it could not be counted: {error}")
        else:
            if wrong:
                yield _finding(code, f"{wrong} rows have a wrong {code}.", wrong)


def _pictures() -> Iterator[Finding]:
    """Compare pictures in the database with the files of the media folder."""
    root = Path(settings.MEDIA_ROOT)
    stored = (
        {path.name.partition(".")[0].partition("-")[0] for path in root.rglob("*") if path.is_file()}
        if root.is_dir()
        else set()
    )
    known = set(Picture.objects.values_list("token", flat=True).iterator())
    if missing := len(known - stored):
        yield _finding("picture_lost", f"{missing} pictures have no file.", missing)
    faces = {Path(name).name.partition(".")[0].partition("-")[0] for name in _named_files()}
    if orphans := len(stored - known - faces):
        yield _finding("picture_orphan", f"{orphans} files belong to no picture.", orphans)


def _named_files() -> Iterator[str]:
    """Yield file names that other rows hold: avatars, logos."""
    for label, field in (("people.Member", "avatar"), ("people.Brand", "logo")):
        yield from apps.get_model(label)._default_manager.exclude(**{field: ""}).values_list(field, flat=True)  # noqa: SLF001
