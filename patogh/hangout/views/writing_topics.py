"""Opening and editing topics."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from patogh.hangout import actions, began, forms
from patogh.hangout.actions import TopicEdit, gate
from patogh.hangout.models import Draft, Post, Topic
from patogh.hangout.queries import access
from patogh.hangout.views.writing import REFUSALS, done, held, manner_of, page, topic_address
from patogh.kit import ids, limits
from patogh.kit.errors import PatoghError
from patogh.people.http import SignedInRequest, signed_in
from patogh.people.queries import may


@require_GET
@signed_in
def topic_new(request: SignedInRequest) -> HttpResponse:
    """Show the composer, with what was left unsent."""
    draft = Draft.objects.filter(member=request.member, place="new").first()
    kept = {**draft.data, "title": draft.title, "text": draft.text} if draft else {}
    asked = {name: request.GET[name] for name in ("space", "kind", "title", "text", "tags") if request.GET.get(name)}
    form = forms.TopicForm(viewer=request.viewer, initial={"kind": "discussion", **kept, **asked})
    form.options = [str(text) for text in kept.get("options", [])][: limits.POLL_CHOICES_MAX]
    return page(request, "hangout/compose.html", _composer(request, form, draft))


@require_POST
@signed_in
def topics(request: SignedInRequest) -> HttpResponse:
    """Open a topic; what cannot be opened comes back as it was typed."""
    form = forms.TopicForm(request.POST, viewer=request.viewer)
    form.is_valid()
    if request.FILES.get("picture"):
        return _with_picture(request, form)
    try:
        new = form.said()
        space = forms.chosen_space(access.spaces_postable_by(request.member), form.cleaned_data["space"])
        answer = gate.open_or_hold(space, new, by=request.member, manner=manner_of(request))
    except REFUSALS as refusal:
        form.refuse(refusal)
        return page(request, "hangout/compose.html", _composer(request, form), refusal)
    if isinstance(answer, gate.HeldForReview):
        return held(request, f"/me/moderation#held-{answer.held.pk}")
    return HttpResponseRedirect(topic_address(answer.thing))


def _with_picture(request: SignedInRequest, form: forms.TopicForm) -> HttpResponse:
    """Take a picture that came with the form, without scripts, and show the composer with it."""
    refusal: PatoghError | None = None
    text = request.POST.get("text", "")
    try:
        picture = actions.take_picture(forms.bytes_of(request.FILES.get("picture")), by=request.member)
        text = f"{text.rstrip()}\n\n![](/media/{picture.token}.webp)\n".lstrip("\n")
    except REFUSALS as error:
        refusal = error
        form.refuse(error)
    changed = request.POST.copy()
    changed["text"] = text
    form.data = changed
    return page(request, "hangout/compose.html", _composer(request, form), refusal)


def _composer(request: SignedInRequest, form: forms.TopicForm, draft: Draft | None = None) -> dict[str, Any]:
    """Return what the composer's page needs."""
    kinds = [(kind, words) for kind, words in forms.KINDS if kind != "notice" or may(request.member, "post_notice")]
    return {
        "form": form, "kinds": kinds, "spaces": list(access.spaces_postable_by(request.member)), "draft": draft, "limits": limits,
        "began": form.data.get("began") or began.now(),
        "key": form.data.get("key") or ids.token(12) if not form.errors else ids.token(12),
    }  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def topic_edit(request: SignedInRequest, topic_id: int) -> HttpResponse:
    """Show and change a topic's title, opening text and tags."""
    topic = access.one(access.topics_owned_by(request.member), pk=topic_id, merged_into=None)
    post = access.one(Post.objects.filter(topic=topic), number=1)
    typed = _said_now(topic, post)
    if request.method != "POST":
        return page(
            request,
            "hangout/edit.html",
            {"topic": topic, "post": post, "typed": typed, "draft": draft_of(request, post.pk)},
        )
    typed |= {name: request.POST.get(name, "") for name in typed}
    edit = TopicEdit(
        typed["title"], typed["text"], tuple(forms.split_tags(typed["tags"])), typed["why"], forms.whole(typed["base"])
    )
    try:
        answer = gate.edit_topic_or_hold(topic, edit, by=request.member, manner=manner_of(request))
    except REFUSALS as refusal:
        return page(request, "hangout/edit.html", {"topic": topic, "post": post, "typed": typed}, refusal)
    if isinstance(answer, gate.HeldForReview):
        return held(request, topic_address(topic))
    return done(request, _("Your changes are saved."), topic_address(answer.thing))


def _said_now(topic: Topic, post: Post) -> dict[str, str]:
    """Return what the form of an edit starts from."""
    tags = "، ".join(topic.tag_names)
    return {"title": topic.title, "text": post.text, "tags": tags, "why": "", "base": str(post.revisions_count)}


def draft_of(request: SignedInRequest, post_id: int) -> Draft | None:
    """Return the unsent edit of a post."""
    return Draft.objects.filter(member=request.member, place=f"edit:{post_id}").first()
