"""Whether a text waits for a moderator, and every reason why: read only, and nothing but the word lists from level 2 on."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from urllib.parse import urlsplit

from django.utils import timezone

from patogh.people.models import Member
from patogh.trust import limits
from patogh.trust.folding import folded
from patogh.trust.models import Record, SaidBefore
from patogh.trust.nouns import Reason, Submission, Verdict
from patogh.trust.queries.standing import level_of
from patogh.trust.queries.terms import choice, number
from patogh.trust.queries.wordlists import hits


def judged(member: Member, submission: Submission) -> Verdict:
    """Return the verdict on a text that a member is about to publish; the team is never held.

    No query for level 2 and above besides the terms and lists that stay in memory; at most three for newcomers.
    """
    if member.is_team:
        return Verdict(hold=False)
    level = level_of(member)
    reasons = list(_words(submission, level))
    if level == 0:
        reasons += _of_a_newcomer(member, submission)
    if level <= 1:
        reasons += _repetition(member, submission)
    if submission.kind == "edit" and level >= 2:
        reasons = [reason for reason in reasons if reason.code == "listed_word"]
    score = round(sum(reason.score for reason in reasons), 2)
    return Verdict(bool(reasons), tuple(reasons), score)


def judged_sign_up(member: Member) -> Verdict:
    """Return whether a new account waits: by the installation's choice, for all or for what looks like none."""
    wanted = choice("hold_sign_ups")
    if wanted == "never":
        return Verdict(hold=False)
    if wanted == "all":
        return Verdict(True, (Reason("every_sign_up", 0.5),), 0.5)
    found = [Reason("listed_word", 1.5, {"word": hit.word, "category": hit.category}) for hit in hits(member.name)]
    if any(mark in member.name for mark in ("://", "www.", ".com", ".ir", "t.me")):
        found.append(Reason("link_in_name", 2.0))
    return Verdict(bool(found), tuple(found), sum(reason.score for reason in found))


def hosts_of(links: tuple[str, ...]) -> tuple[str, ...]:
    """Return the different hosts of some addresses, without "www."."""
    found = []
    for link in links:
        try:
            host = (urlsplit(link).hostname or "").removeprefix("www.")
        except ValueError:
            continue
        if host:
            found.append(host)
    return tuple(dict.fromkeys(found))


def digest_of(text: str) -> str:
    """Return what two texts share that say the same, however they are spaced and dressed."""
    return hashlib.sha256(" ".join(folded(text).split()).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def is_first(member: Member) -> bool:
    """Whether nothing of a member has been published yet."""
    return member.topics_count + member.posts_count == 0


def _words(submission: Submission, level: int) -> Iterator[Reason]:
    """Yield a reason for each listed word, of an edit only for those that it adds."""
    wanted = choice("hold_words")
    if wanted == "never" or (wanted == "newcomers" and level >= 2):
        return
    text = f"{submission.title}\n{submission.text}"[: limits.JUDGED_CHARS_MAX]
    before = {hit.word for hit in hits(submission.before[: limits.JUDGED_CHARS_MAX])} if submission.before else set()
    for hit in hits(text):
        if hit.word not in before:
            yield Reason("listed_word", 1.5, {"word": hit.word, "category": hit.category, "found": hit.found[:60]})


def _of_a_newcomer(member: Member, submission: Submission) -> Iterator[Reason]:
    """Yield what is odd about a text of somebody whom nobody knows yet."""
    if submission.kind == "edit":
        added = set(hosts_of(submission.links)) - set(hosts_of(submission.before_links))
        if added:
            yield Reason("edit_adds_links", 1.0, {"hosts": sorted(added)[:5]})
        return
    wanted, is_the_first = choice("hold_first_posts"), is_first(member)
    if is_the_first and wanted == "all":
        yield Reason("first_post", 0.5)
    if wanted == "never":
        return
    typed = submission.typed_ms
    if is_the_first and typed is not None and typed < number("typed_ms_least"):
        yield Reason("typed_fast", 2.0, {"seconds": round(max(typed, 0) / 1000, 1)})
    age = timezone.now() - member.joined_at
    if submission.links and age < dt.timedelta(hours=number("new_account_hours")):
        yield Reason("new_with_links", 1.0, {"hours": int(age.total_seconds() // 3600), "links": len(submission.links)})
    if Record.objects.filter(pk=member.pk, posts_flagged__gt=0).exists():
        yield Reason("flagged_before", 1.0)


def _repetition(member: Member, submission: Submission) -> Iterator[Reason]:
    """Yield what a newcomer has said, or linked, once too often within SAID_DAYS days."""
    since = timezone.now() - dt.timedelta(days=limits.SAID_DAYS)
    hosts = {digest_of(host): host for host in hosts_of(submission.links)}
    text = digest_of(submission.text)
    seen = SaidBefore.objects.filter(member=member, said_at__gt=since, digest__in=[text, *hosts])
    kinds = list(seen.values_list("kind", "digest"))
    said = kinds.count(("text", text)) + 1
    if submission.kind != "edit" and len(submission.text.strip()) >= 20 and said >= number("text_repeats"):
        yield Reason("same_text", 2.0, {"times": said})
    added = set(hosts) - {digest_of(host) for host in hosts_of(submission.before_links)}
    for digest in sorted(added):
        times = kinds.count(("host", digest)) + 1
        if times >= number("host_repeats"):
            yield Reason("same_host", 2.0, {"host": hosts[digest], "times": times})
