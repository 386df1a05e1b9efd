"""Replying, editing, words, bookmarks, and what a post said before."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from patogh.hangout import actions, forms
from patogh.hangout.actions import NewReply, PostEdit, gate
from patogh.hangout.models import Post
from patogh.hangout.queries import access, history, stamps
from patogh.hangout.views import reading
from patogh.hangout.views.reading_words import REACTION_WORDS
from patogh.hangout.views.writing import REFUSALS, done, end_of, held, is_script, manner_of, page, post_address, to_post
from patogh.hangout.views.writing_decisions import topic_trash
from patogh.hangout.views.writing_topics import draft_of
from patogh.kit import ids
from patogh.kit.errors import NotFound, PatoghError
from patogh.looks import pages
from patogh.people.http import MemberRequest, SignedInRequest, signed_in


@require_http_methods(["GET", "HEAD", "POST"])
def topic_posts(request: MemberRequest, topic_id: int) -> HttpResponseBase:
    """Give open pages the newest posts, or add a reply."""
    if request.method == "POST":
        return reply(request, topic_id)
    return reading.topic_posts(request, topic_id)


@signed_in
def reply(request: SignedInRequest, topic_id: int) -> HttpResponse:
    """Add a reply; what cannot be added comes back as it was typed. One raw query decides who may see the topic."""
    stamp = stamps.topic_stamp(topic_id, request.member.pk)
    if stamp is None or not stamp.is_open_to(request.member.pk, moderates=access.moderates(request.member)):
        raise NotFound
    typed = {name: request.POST.get(name, "") for name in ("text", "parent", "key", "followup", "began")}
    new = NewReply(
        typed["text"], forms.whole(typed["parent"]), typed["key"] or None, is_followup=typed["followup"] == "1"
    )
    try:
        answer = gate.reply_or_hold(topic_id, new, by=request.member, manner=manner_of(request))
    except REFUSALS as refusal:
        return _reply_page(request, topic_id, typed, refusal)
    if isinstance(answer, gate.HeldForReview):
        return held(request, end_of(topic_id, f"held-{answer.held.pk}"))
    return to_post(answer.thing.topic, answer.thing.number)


def _reply_page(request: SignedInRequest, topic_id: int, typed: dict[str, str], refusal: PatoghError) -> HttpResponse:
    """Show a refused reply with its text, ready to be sent again under a new key."""
    topic = access.one(access.topics_visible_to(request.member), pk=topic_id)
    return page(request, "hangout/reply.html", {"topic": topic, "typed": {**typed, "key": ids.token(12)}}, refusal)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def post_edit(request: SignedInRequest, post_id: int) -> HttpResponse:
    """Show and change what a post says; the opening post is edited with its topic."""
    post = access.one(access.posts_owned_by(request.member), pk=post_id, trashed_at=None)
    if post.number == 1:
        return _to_topic_edit(post)
    typed = {"text": post.text, "why": "", "base": str(post.revisions_count)}
    if request.method != "POST":
        return page(
            request,
            "hangout/edit.html",
            {"topic": post.topic, "post": post, "typed": typed, "draft": draft_of(request, post.pk)},
        )
    typed |= {name: request.POST.get(name, "") for name in typed}
    try:
        edit = PostEdit(typed["text"], typed["why"], forms.whole(typed["base"]))
        answer = gate.edit_post_or_hold(post, edit, by=request.member, manner=manner_of(request))
    except REFUSALS as refusal:
        return page(request, "hangout/edit.html", {"topic": post.topic, "post": post, "typed": typed}, refusal)
    if isinstance(answer, gate.HeldForReview):
        return held(request, post_address(post.topic, post.number))
    return done(request, _("Your changes are saved."), post_address(post.topic, post.number))


def _to_topic_edit(post: Post) -> HttpResponse:
    return HttpResponse(status=302, headers={"Location": f"/t/{post.topic_id}/edit"})


@require_safe
def post_revisions(request: MemberRequest, post_id: int) -> HttpResponse:
    """Show what a post said before, as differences."""
    post = access.one(access.posts_visible_to(request.member), pk=post_id)
    return pages.render(
        request, "hangout/history.html", {"topic": post.topic, "post": post, "changes": history.changes_of(post)}
    )


@require_safe
def post_source(request: MemberRequest, post_id: int) -> HttpResponse:
    """Give the Markdown of a post as it was written, for quoting."""
    post = access.one(access.posts_visible_to(request.member), pk=post_id, trashed_at=None)
    return HttpResponse(
        post.text,
        content_type="text/plain; charset=utf-8",
        headers={"Cache-Control": "no-store", "X-Robots-Tag": "noindex"},
    )


@require_http_methods(["POST", "DELETE"])
@signed_in
def reaction(request: SignedInRequest, post_id: int, kind: str) -> HttpResponse:
    """Say a word for a post (POST) or take it back (DELETE, or POST with `toggle` when it was said)."""
    post = access.one(access.posts_visible_to(request.member), pk=post_id, trashed_at=None)
    has = request.POST.get("toggle") == "1" and post.reaction_rows.filter(member=request.member, kind=kind).exists()
    say = actions.unreact if request.method == "DELETE" or has else gate.say_word
    row = say(post, kind, by=request.member)
    if not is_script(request):
        return to_post(row.topic, row.number)
    chosen = set(row.reaction_rows.filter(member=request.member).values_list("kind", flat=True))
    return pages.part(request, "hangout/_words.html#words", {"post": row, "words": REACTION_WORDS, "chosen": chosen})


@require_http_methods(["POST", "DELETE"])
@signed_in
def bookmark(request: SignedInRequest, post_id: int) -> HttpResponse:
    """Keep a post for later, or no longer."""
    if request.method == "DELETE":
        post = access.one(Post.objects.select_related("topic"), pk=post_id, bookmarks__member=request.member)
        actions.forget_bookmark(post, by=request.member)
        return done(request, _("You no longer keep it."), "/me/bookmarks")
    post = access.one(access.posts_visible_to(request.member), pk=post_id, trashed_at=None)
    actions.bookmark(post, by=request.member)
    return done(request, _("Kept for later."), post_address(post.topic, post.number))


@require_http_methods(["POST", "DELETE"])
@signed_in
def post_trash(request: SignedInRequest, post_id: int) -> HttpResponseBase:
    """Take a post out of sight (POST; the opening one with its topic) or bring it back (DELETE)."""
    if request.method == "DELETE":
        post = access.one(access.posts_restorable_by(request.member), pk=post_id)
        actions.restore_post(post, by=request.member)
        return done(request, _("The post is back."), post_address(post.topic, post.number))
    post = access.one(access.posts_owned_by(request.member), pk=post_id)
    if post.number == 1:
        return topic_trash(request, post.topic_id)
    actions.trash_post(post, by=request.member, why=request.POST.get("why", ""))
    return done(request, _("The post is out of sight. You can bring it back."), post_address(post.topic, post.number))


@require_POST
@signed_in
def topic_read(request: SignedInRequest, topic_id: int) -> HttpResponse:
    """Note how far the member has read."""
    topic = access.one(access.topics_visible_to(request.member), pk=topic_id)
    number = forms.whole(request.POST.get("number"))
    upto, seconds = topic.last_number if number is None else number, forms.whole(request.POST.get("seconds")) or 0
    actions.mark_read(topic, upto, by=request.member, seconds=min(seconds, 3_600))
    return HttpResponse(status=204) if is_script(request) else to_post(topic, topic.last_number or 1)
