"""Publishing what was held, as its author's own act, and what moderators put in place of words."""

from __future__ import annotations

from typing import Any

from django.db.models import F

from patogh.activity import upkeep
from patogh.ideas import limits
from patogh.ideas.actions import feedback as giving
from patogh.ideas.actions import gate, questions, updating
from patogh.ideas.actions.drafting import Draft, checked, edit_idea
from patogh.ideas.actions.wording import Worded, worded
from patogh.ideas.models import Feedback, Idea, Question, Revision, Update
from patogh.ideas.terms import terms_of
from patogh.kit.errors import NotFound
from patogh.trust.models import Held


def prepared(held: Held, text: str) -> Draft | Worded | str:
    """Check and render a held text before the door; `text` stands in for what was held when a moderator mended it."""
    noun = held.payload.get("noun")
    if noun == "feedback":
        return giving.checked_words(text)
    if noun == "idea":
        return _draft(held, text)
    return worded(text, limits.UPDATE_CHARS_MAX if noun == "update" else limits.ANSWER_CHARS_MAX)


def publish(held: Held, ready: Any) -> tuple[str, str]:
    """Do as its author what was held; returns the kind and key of what came of it."""
    idea, noun = _idea(held.place_id), held.payload.get("noun")
    if noun == "idea":
        gate._edit(idea, ready, None, by=held.author)
        return "ideas.idea", str(idea.pk)
    if noun == "update":
        return "ideas.update", str(
            updating._post(idea.pk, ready, by=held.author, as_team=bool(held.payload.get("as_team"))).pk
        )
    if noun == "answer":
        questions._answer(int(held.payload["question"]), ready, by=held.author)
        return "ideas.idea", str(idea.pk)
    row = giving._give(idea.pk, held.payload.get("marks", {}), ready, by=held.author)
    return "ideas.feedback", str(row.pk)


def put_back(held: Held) -> bool:
    """Let an idea say again what it said before a held edit, or take a held answer away."""
    idea = _idea(held.published_id)
    if held.payload.get("noun") == "answer":
        return unanswer(int(held.payload["question"]))
    last = idea.revisions.order_by("-number").first()
    if last is None or not last.said:
        return False
    said = last.said
    pairs = tuple((one["name"], one["value"]) for one in said.get("facts", []))
    before = Draft(
        said["title"],
        said["lead"],
        said["problem"],
        said["proposal"],
        pairs,
        idea.category_id,
        said.get("language", ""),
    )
    edit_idea(idea, before, by=held.author)
    _blank(idea)
    return True


@upkeep
def _blank(idea: Idea) -> None:
    """Empty what the idea said before the words were put back: what a moderator took away is not read in its history either."""
    newest = idea.revisions.order_by("-number").first()
    if newest is not None:
        Revision.objects.filter(pk=newest.pk).update(said={})


@upkeep
def unanswer(question_id: int) -> bool:
    """Let a question wait for its answer again."""
    rows = Question.objects.filter(pk=question_id)
    return bool(rows.update(answer="", answer_html="", answered_by=None, answered_at=None))


@upkeep
def overwrite_update(update_id: int, words: Worded) -> bool:
    """Put a moderator's words in place of news."""
    changed = Update.objects.filter(pk=update_id).update(text=words.text, html=words.rendered.html)
    Idea.objects.filter(updates=update_id).update(version=F("version") + 1)
    return bool(changed)


@upkeep
def overwrite_feedback(feedback_id: int, words: str) -> bool:
    """Put a moderator's words in place of those of feedback."""
    return bool(Feedback.objects.filter(pk=feedback_id).update(words=words[: limits.FEEDBACK_WORDS_CHARS_MAX]))


def _idea(key: str) -> Idea:
    found = Idea.objects.select_related("rules", "programme").filter(pk=key).first()
    if found is None:
        raise NotFound
    return found


def _draft(held: Held, text: str) -> Draft:
    """Return a held edit as it was asked for; a moderator's text takes the place of the proposal."""
    facts = held.payload
    mended = text if text != held.text else facts["proposal"]
    language = facts.get("language", "")
    pairs = tuple((str(one[0]), str(one[1])) for one in facts.get("facts", []))
    draft = Draft(facts["title"], facts["lead"], facts["problem"], mended, pairs, facts.get("category"), language)
    checked(draft, terms_of(_idea(held.place_id).rules))
    return draft
