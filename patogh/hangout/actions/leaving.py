"""What the hangout does when somebody goes for good: threads stay readable, and nothing else of them stays.

Called by people's erasure, inside its transaction; every counter that their rows had moved is counted anew.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Final

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F, Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import override

from patogh.activity import upkeep
from patogh.hangout.actions import found
from patogh.hangout.actions.pictures import path_of
from patogh.hangout.ballots.actions.leaving import leave_rolls
from patogh.hangout.models import (
    AcceptedAnswer,
    Closure,
    Draft,
    Follow,
    ImportedThing,
    LinkPreview,
    OldAddress,
    Picture,
    Pin,
    Poll,
    PollOption,
    PollVote,
    Post,
    PostHide,
    PostLink,
    PostTrash,
    Promise,
    Reaction,
    Revision,
    Space,
    Topic,
    TopicMerge,
    TopicMove,
    TopicTrash,
)
from patogh.kit import markup
from patogh.people.models import Member, Notice
from patogh.search import actions as search
from patogh.search.actions.unlearning import unlearn

STEP: Final = 400
NAMED_STEP: Final = 50  # posts that are rendered anew in one transaction
DECISIONS: Final = (Pin, Closure, TopicTrash, PostTrash, PostHide, AcceptedAnswer, TopicMove, TopicMerge, Promise)


@upkeep
def forget_member(member: Member, *, with_text: bool) -> None:
    """Take back what somebody gave, chose and kept; with `with_text` also empty their words."""
    _take_back_reactions(member)
    _take_back_votes(member)
    leave_rolls(member)
    _take_back_follows(member)
    _forget_versions(member)
    _drop_pictures(member, all_of_them=with_text)
    if with_text:
        _empty_words(member)
    for model in DECISIONS:
        if with_text:
            model._default_manager.filter(by=member).update(why="")
    OldAddress.objects.filter(kind="member", thing_id=member.pk).delete()
    ImportedThing.objects.filter(kind="member", thing_id=member.pk).delete()
    mine = Post.objects.filter(author=member).values("topic_id")
    Topic.objects.filter(Q(pk__in=mine) | Q(author=member)).update(version=F("version") + 1)
    Space.objects.update(version=F("version") + 1)


def _take_back_reactions(member: Member) -> None:
    """Take back the words they gave, and count anew."""
    given = Counter(Reaction.objects.filter(member=member).values_list("post_id", flat=True))
    Reaction.objects.filter(member=member).delete()
    for ids in _steps(given):
        words: dict[int, dict[str, int]] = {pk: {} for pk in ids}
        for post_id, kind in Reaction.objects.filter(post_id__in=ids).order_by("pk").values_list("post_id", "kind"):
            words[post_id][kind] = words[post_id].get(kind, 0) + 1
        posts = list(Post.objects.select_for_update().filter(pk__in=ids).only("pk", "topic_id", "author_id"))
        for post in posts:
            Post.objects.filter(pk=post.pk).update(
                reactions=words[post.pk], reactions_count=sum(words[post.pk].values()),
                score=F("score") - given[post.pk], version=F("version") + 1,
            )  # fmt: skip
        for topic_id, count in _sums((post.topic_id, given[post.pk]) for post in posts).items():
            seen = Post.objects.filter(topic_id=topic_id, trashed_at=None)
            total = seen.aggregate(total=Sum("reactions_count"))["total"] or 0
            Topic.objects.filter(pk=topic_id).update(
                reactions_count=total, score=F("score") - count, version=F("version") + 1
            )
        for author_id in {post.author_id for post in posts}:
            thanks = Reaction.objects.filter(post__author_id=author_id).count()
            Member.objects.filter(pk=author_id).update(thanks_count=thanks)


def _take_back_votes(member: Member) -> None:
    """Take their votes back."""
    votes = list(PollVote.objects.filter(member=member).values_list("option_id", "poll_id"))
    PollVote.objects.filter(member=member).delete()
    for option_id, _poll in votes:
        count = PollVote.objects.filter(option_id=option_id).count()
        PollOption.objects.filter(pk=option_id).update(votes_count=count)
    for poll_id in {poll for _option, poll in votes}:
        voters = PollVote.objects.filter(poll_id=poll_id).values("member_id").distinct().count()
        Poll.objects.filter(pk=poll_id).update(voters_count=voters)
        Topic.objects.filter(poll=poll_id).update(version=F("version") + 1)


def _take_back_follows(member: Member) -> None:
    """Stop following for them."""
    followed = Follow.objects.filter(member=member, level="following")
    topics = list(followed.exclude(topic=None).values_list("topic_id", flat=True))
    spaces = list(followed.exclude(space=None).values_list("space_id", flat=True))
    Follow.objects.filter(member=member).delete()
    for pk in topics:
        Topic.objects.filter(pk=pk).update(followers_count=Follow.objects.filter(topic=pk, level="following").count())
    for pk in spaces:
        Space.objects.filter(pk=pk).update(followers_count=Follow.objects.filter(space=pk, level="following").count())


def _forget_versions(member: Member) -> None:
    """Forget what their posts said before, and their drafts."""
    Revision.objects.filter(post__author=member).delete()
    Post.objects.filter(author=member, revisions_count__gt=0).update(revisions_count=0)
    Draft.objects.filter(member=member).delete()


def _drop_pictures(member: Member, *, all_of_them: bool) -> None:
    """Delete pictures that no post shows, or all; what the rest shows stays, its description is part of the post."""
    rows = Picture.objects.filter(owner=member)
    gone = rows if all_of_them else rows.filter(post=None)
    names = [path_of(token, thumb=thumb) for token in gone.values_list("token", flat=True) for thumb in (False, True)]
    gone.delete()
    transaction.on_commit(lambda: _delete_files(names))


def _delete_files(names: list[str]) -> None:
    """Delete files; those that are gone already are no matter."""
    for name in names:
        default_storage.delete(name)


def _empty_words(member: Member) -> None:
    """Put one sentence in place of everything they wrote."""
    old: list[str] = []
    for topic in Topic.objects.filter(author=member).order_by("pk"):
        with override(topic.language):
            title, poll = _("A topic whose author has left"), _("A poll whose author has left")
        old.append(topic.title)
        Notice.objects.filter(subject_kind="hangout.topic", subject_id=str(topic.pk)).update(title=title)
        Notice.objects.filter(title=topic.title).update(title=title)
        Topic.objects.filter(pk=topic.pk).update(title=title, excerpt="", picture="")
        Poll.objects.filter(topic=topic).update(question=poll)
        for option in PollOption.objects.filter(poll__topic=topic):
            old.append(option.text)
            PollOption.objects.filter(pk=option.pk).update(text=str(option.position + 1))
    links = PostLink.objects.filter(post__author=member)
    cards = list(links.values_list("preview_id", flat=True))
    links.delete()
    LinkPreview.objects.filter(pk__in=cards, posts=None).delete()
    last = 0
    posts = Post.objects.select_related("topic__space").filter(author=member).order_by("pk")
    while some := list(posts.filter(pk__gt=last)[:STEP]):
        last = some[-1].pk
        old += [post.text for post in some]
        _empty(some)
    unlearn(old)


def _empty(posts: list[Post]) -> None:
    """Empty some posts and let search know."""
    entries = []
    for post in posts:
        with override(post.topic.language):
            words = _("The author has left and took the words of this post along.")
        rendered = markup.render(words)
        post.text, post.html = words, rendered.html
        Post.objects.filter(pk=post.pk).update(text=words, html=rendered.html, edited_at=None, version=F("version") + 1)
        if post.number == 1:
            Topic.objects.filter(pk=post.topic_id).update(excerpt=rendered.excerpt[:300])
        if post.trashed_at is None:
            post.topic.refresh_from_db(fields=["title"])
            entries.append(found.entry_of(post, post.topic, rendered.text))
    search.put_many(entries)


def rename(handle: str, pseudonym: str) -> None:
    """Put the pseudonym in place of a handle that others named: found by reading, changed a few posts at a time."""
    last = 0
    while some := list(_naming(Post, ("text",), handle).filter(pk__gt=last).values_list("pk", flat=True)[:NAMED_STEP]):
        last = some[-1]
        _rename_posts(some, handle, pseudonym)
    for model, fields in ((Revision, ("text", "title")), (Draft, ("text", "title")), (Topic, ("title",))):
        if keys := list(_naming(model, fields, handle).values_list("pk", flat=True)):
            for start in range(0, len(keys), NAMED_STEP):
                _rename_rows(model, fields, keys[start : start + NAMED_STEP], (handle, pseudonym))


@upkeep
def _rename_posts(ids: list[int], handle: str, pseudonym: str) -> None:
    """Rename in a few posts."""
    named = _name(handle)
    for post in Post.objects.select_for_update(of=("self",)).select_related("topic__space").filter(pk__in=ids):
        words = named.sub(f"@{pseudonym}", post.text)
        if words == post.text:
            continue
        rendered = markup.render(words)
        Post.objects.filter(pk=post.pk).update(text=words, html=rendered.html, version=F("version") + 1)
        Topic.objects.filter(pk=post.topic_id).update(version=F("version") + 1)
        if post.number == 1:
            Topic.objects.filter(pk=post.topic_id).update(excerpt=rendered.excerpt[:300])
        post.text = words
        if post.trashed_at is None:
            search.put(found.entry_of(post, post.topic, rendered.text))


@upkeep
def _rename_rows(model: type[Any], fields: tuple[str, ...], keys: list[int], names: tuple[str, str]) -> None:
    """Rename in a few rows that are words only."""
    handle, pseudonym = names
    for row in model._default_manager.filter(pk__in=keys):
        changed = {name: _name(handle).sub(f"@{pseudonym}", getattr(row, name)) for name in fields}
        model._default_manager.filter(pk=row.pk).update(**changed)


def _naming(model: type[Any], fields: tuple[str, ...], handle: str) -> Any:
    """Return the rows that may name a handle, in the order of their keys."""
    return model._default_manager.filter(_any(fields, f"@{handle}")).order_by("pk")


def _name(handle: str) -> re.Pattern[str]:
    """Return what a handle looks like where somebody names it."""
    return re.compile(rf"@{re.escape(handle)}(?![A-Za-z0-9_])", re.IGNORECASE)


def _any(fields: tuple[str, ...], words: str) -> Q:
    """Return the condition that one of some columns holds words."""
    condition = Q()
    for name in fields:
        condition |= Q((f"{name}__icontains", words))
    return condition


def _sums(pairs: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Return the sum of counts by key."""
    sums: dict[int, int] = {}
    for key, count in pairs:
        sums[key] = sums.get(key, 0) + count
    return sums


def _steps(ids: Iterable[int]) -> Iterator[list[int]]:
    """Yield ids, as many at a time as every database takes."""
    every = sorted(ids)
    yield from (every[start : start + STEP] for start in range(0, len(every), STEP))
