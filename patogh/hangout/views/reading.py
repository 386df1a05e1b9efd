"""The reading pages over HTTP: each is put together by the same functions that the front door calls without Django."""

from typing import Any

from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.views.decorators.http import require_safe

from patogh.hangout.models import Post
from patogh.hangout.queries import mine, stamps
from patogh.hangout.queries.topic import POSTS_A_PAGE
from patogh.hangout.views import reading_lists, reading_own, reading_topic
from patogh.hangout.views.reading_words import REACTION_WORDS
from patogh.kit.errors import NotFound
from patogh.looks import pages
from patogh.looks.assembly import rendered
from patogh.looks.shells import Page, response
from patogh.people.http import MemberRequest, SignedInRequest, signed_in
from patogh.people.readers import ask_of


def answer(request: HttpRequest, found: Page | str | None, ask: Any) -> HttpResponse:
    """Return an assembled page, the redirect it asks for, or a 404."""
    if found is None:
        raise NotFound
    if isinstance(found, str):
        return HttpResponsePermanentRedirect(found)
    said = get_messages(request)
    if not len(said):
        return response(ask, found, request.headers.get("If-None-Match", ""))
    found.values["messages"] = rendered("hangout/_messages.html", {"messages": said}, ask.viewer).encode()
    once = response(ask, found)
    once.headers["Cache-Control"] = "no-store"
    return once


@require_safe
def talk(request: MemberRequest) -> HttpResponse:
    """Show all talk."""
    ask = ask_of(request)
    return answer(request, reading_lists.talk(ask), ask)


@require_safe
def spaces(request: MemberRequest) -> HttpResponse:
    """Show every space."""
    ask = ask_of(request)
    return answer(request, reading_lists.spaces(ask), ask)


@require_safe
def space(request: MemberRequest, slug: str) -> HttpResponse:
    """Show a space."""
    ask = ask_of(request)
    return answer(request, reading_lists.space(ask, slug), ask)


@require_safe
def tag(request: MemberRequest, name: str) -> HttpResponse:
    """Show what was said under a tag."""
    ask = ask_of(request)
    return answer(request, reading_lists.tag(ask, name), ask)


@require_safe
def topic(request: MemberRequest, topic_id: int, slug: str = "") -> HttpResponse:
    """Show a page of a topic; a wrong slug leads to the right one."""
    ask = ask_of(request)
    found = reading_topic.topic(ask, topic_id, slug)
    hidden = reading_own.hidden_topic(ask, topic_id) if found is None else None
    if hidden is not None:
        return pages.render(request, "hangout/hidden_topic.html", hidden)
    return answer(request, found, ask)


@require_safe
def post(request: MemberRequest, topic_id: int, number: int) -> HttpResponse:
    """Lead to a post on its page of the topic."""
    found = reading_topic.topic(ask_of(request, {}), topic_id, "")
    if found is None:
        raise NotFound
    address = found if isinstance(found, str) else found.body.facts["address"]
    page = (number - 1) // POSTS_A_PAGE + 1
    return HttpResponseRedirect(f"{address}?page={page}#p{number}" if page > 1 else f"{address}#p{number}")


@require_safe
def topic_posts(request: MemberRequest, topic_id: int) -> HttpResponse:
    """Return the posts beyond ?after= (or the one of ?only=) as HTML, for open pages."""
    ask = ask_of(request)
    numbers = {name: reading_topic.page_number(request.GET.get(name, "")) for name in ("after", "only")}
    after = numbers["after"] if request.GET.get("after", "0") != "0" else 0
    found = reading_topic.posts_after(
        ask, topic_id, after or 0, only=numbers["only"] if "only" in request.GET else None
    )
    if found is None or after is None:
        raise NotFound
    return HttpResponse(found[0], headers={"X-Last-Number": str(found[1]), "Cache-Control": "no-store"})


@require_safe
def post_words(request: MemberRequest, post_id: int) -> HttpResponse:
    """Offer, without scripts, what one can say and do about a post."""
    row = (
        Post.objects.filter(pk=post_id, trashed_at__isnull=True)
        .values("pk", "number", "topic_id", "author_id", "topic__title", "reactions")
        .first()
    )
    member_id = request.member.pk if request.member else None
    stamp = stamps.topic_stamp(row["topic_id"], member_id) if row else None
    if row is None or stamp is None or not stamp.is_open_to(member_id):
        raise NotFound
    marks = mine.marks_on(member_id or 0, row["topic_id"], [post_id], None)
    chosen = {word for _, word in marks.reactions}
    context = {"post": row, "words": REACTION_WORDS, "chosen": chosen, "is_kept": post_id in marks.bookmarks}
    return pages.render(request, "hangout/post.html", context)


@require_safe
@signed_in
def bookmarks(request: SignedInRequest) -> HttpResponse:
    """Show what the member keeps."""
    scope = stamps.sight(request.member.pk).scope()
    rows = mine.bookmarks_of(request.member.pk, scope, after=request.GET.get("after"), before=request.GET.get("before"))
    return pages.render(request, "hangout/bookmarks.html", {"rows": rows})


@require_safe
@signed_in
def drafts(request: SignedInRequest) -> HttpResponse:
    """Show what the member has not sent yet."""
    return pages.render(
        request,
        "hangout/drafts.html",
        {"rows": mine.drafts_of(request.member.pk, stamps.sight(request.member.pk).scope())},
    )
