"""Posts: read, written, edited, taken away; words for them; bookmarks; pictures."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpResponse
from ninja import File, Form, P, PathEx, Query, UploadedFile
from pydantic import Field

from patogh.api import queries
from patogh.api.v1.house import Ask, Doors
from patogh.api.v1.lists import page
from patogh.api.v1.shapes.common import Held, Key, PageAsk, Reason, Rows
from patogh.api.v1.shapes.talk import Alt, Change, NewPost, Picture, Post, PostEdit, Word
from patogh.api.v1.topics import answered, manner_of, topic_seen
from patogh.hangout import actions
from patogh.hangout.actions import gate
from patogh.hangout.models import Picture as PictureRow
from patogh.hangout.models import Post as PostRow
from patogh.hangout.queries import access, history
from patogh.kit import limits
from patogh.kit.errors import NotFound

doors = Doors("posts")
pictures = Doors("pictures")
PictureName = PathEx[str, P(min_length=16, max_length=40, pattern=r"^[A-Za-z0-9_-]+$", example="Zm9vYmFyYmF6cXV4")]


@doors.get("/topics/{topic}/posts", Rows[Post], "read:posts")
def list_posts(request: Ask, response: HttpResponse, topic: Key, ask: Query[PageAsk]) -> Any:
    """List the posts of a conversation in their order."""
    rows, cursor = queries.posts_page(topic_seen(request, topic), request.member, after=ask.after, limit=ask.limit)
    return page(request, response, rows, cursor)


@doors.post("/topics/{topic}/posts", Post, "write:posts", more={202: Held})
def reply(request: Ask, topic: Key, body: NewPost) -> Any:
    """Reply in a conversation; 202 says that the reply waits for a moderator, and why."""
    row = topic_seen(request, topic)
    new = actions.NewReply(body.text, body.parent, None, is_followup=body.is_followup)
    done = gate.reply_or_hold(row.pk, new, by=request.member, manner=manner_of(request))
    return answered(done, 201, lambda thing: queries.one_post(thing, request.member))


@doors.get("/posts/{post}", Post, "read:posts")
def read_post(request: Ask, post: Key) -> Any:
    """Read one post."""
    return queries.one_post(_seen(request, post), request.member)


@doors.patch("/posts/{post}", Post, "write:posts", more={202: Held})
def edit_post(request: Ask, post: Key, body: PostEdit) -> Any:
    """Edit one's own post; moderators edit any. What it said before is kept; an opening post is edited with its topic too."""
    row = access.one(access.posts_owned_by(request.member), pk=post, trashed_at=None)
    edit = actions.PostEdit(body.text, body.why, body.base)
    done = gate.edit_post_or_hold(row, edit, by=request.member, manner=manner_of(request))
    return answered(done, 200, lambda thing: queries.one_post(thing, request.member))


@doors.get("/posts/{post}/revisions", Rows[Change], "read:posts")
def list_revisions(request: Ask, post: Key) -> Any:
    """List the newest edits of a post, each as the difference to what came after it."""
    found = history.changes_of(access.one(access.posts_visible_to(request.member), pk=post))
    rows = [
        {
            "number": one.number,
            "by": queries.person(one.by),
            "at": one.at,
            "why": one.why,
            "html": one.html,
            "title": one.title,
        }
        for one in found
    ]
    return {"items": rows, "next": None}


@doors.put("/posts/{post}/trash", None, "write:posts")
def trash_post(request: Ask, post: Key, body: Reason) -> Any:
    """Take one's own reply out of sight; moderators any."""
    actions.trash_post(access.one(access.posts_owned_by(request.member), pk=post), by=request.member, why=body.why)


@doors.end("/posts/{post}/trash", Post, "write:posts")
def restore_post(request: Ask, post: Key) -> Any:
    """Bring a reply back that one took away oneself; moderators any."""
    row = access.one(access.posts_restorable_by(request.member), pk=post)
    return queries.one_post(actions.restore_post(row, by=request.member), request.member)


@doors.put("/posts/{post}/reactions/{word}", Post, "write:posts")
def react(request: Ask, post: Key, word: Word) -> Any:
    """Say a word for somebody's post."""
    return queries.one_post(gate.say_word(_seen(request, post), word, by=request.member), request.member)


@doors.end("/posts/{post}/reactions/{word}", Post, "write:posts")
def unreact(request: Ask, post: Key, word: Word) -> Any:
    """Take a word back."""
    return queries.one_post(actions.unreact(_seen(request, post), word, by=request.member), request.member)


@doors.put("/posts/{post}/bookmark", None, "write:me")
def bookmark(request: Ask, post: Key) -> Any:
    """Keep a post for later."""
    actions.bookmark(_seen(request, post), by=request.member)


@doors.end("/posts/{post}/bookmark", None, "write:me")
def forget_bookmark(request: Ask, post: Key) -> Any:
    """Keep a post no longer."""
    row = PostRow.objects.filter(pk=post, bookmarks__member=request.member).first()
    actions.forget_bookmark(row if row is not None else _seen(request, post), by=request.member)


@pictures.post("/pictures", Picture, "write:topics", files=True)
def upload_picture(
    request: Ask,
    picture: File[UploadedFile],
    alt: Form[Annotated[str, Field(max_length=limits.ALT_TEXT_CHARS_MAX)]] = "",
) -> Any:
    """Take a picture in; seen by oneself alone until a post shows it, thrown away after a week when none does."""
    return _picture(actions.take_picture(picture.read(limits.PICTURE_BYTES_MAX + 1), by=request.member, alt=alt))


@pictures.patch("/pictures/{picture}", Picture, "write:topics")
def describe_picture(request: Ask, picture: PictureName, body: Alt) -> Any:
    """Say what is in one's own picture, for those who cannot see it."""
    row = access.one(PictureRow.objects.filter(owner=request.member), token=picture)
    return _picture(actions.describe_picture(row, body.alt, by=request.member))


@pictures.end("/pictures/{picture}", None, "write:topics")
def drop_picture(request: Ask, picture: PictureName) -> Any:
    """Throw one's own picture away while no post shows it."""
    row = access.one(PictureRow.objects.filter(owner=request.member), token=picture)
    if row.post_id is not None:
        raise NotFound
    actions.drop_picture(row, by=request.member)


def _seen(request: Ask, pk: int) -> PostRow:
    return access.one(access.posts_visible_to(request.member), pk=pk, trashed_at=None)


def _picture(row: PictureRow) -> dict[str, Any]:
    url, words = f"/media/{row.token}.webp", row.alt.replace("[", " ").replace("]", " ")
    return {
        "token": row.token, "url": url, "thumb": f"/media/{row.token}-thumb.webp", "width": row.width, "height": row.height,
        "alt": row.alt, "markdown": f"![{words}]({url})",
    }  # fmt: skip
