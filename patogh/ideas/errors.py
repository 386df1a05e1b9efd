"""What ideas can refuse, each with the way out."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from patogh.kit.errors import Conflict, Forbidden, Invalid, TooLarge, TooMany, Unsupported

# --- core: the machine, programmes, drafts ---


class ImpossibleMove(Conflict):
    """A move that the machine does not know from this state."""

    code = "impossible_move"
    sentence = _("The idea is not at this point any more. Load its page again and look where it stands.")


class NotYourMove(Forbidden):
    """A move that belongs to somebody else: the author, the team, the board or the clock."""

    code = "not_your_move"
    sentence = _("This step is not yours to take. The page of the idea says whose turn it is.")


class ReasonNeeded(Invalid):
    """A decision without a public reason."""

    code = "reason_needed"
    sentence = _("Every decision is shown with its reason. Please say why, in words that the makers can use.")
    field = "reason"


class ReasonTooLong(Invalid):
    """A reason or note beyond its limit."""

    code = "reason_too_long"
    sentence = _("This is longer than %(most)s characters. Please say it shorter.")
    field = "reason"


class RuleNeeded(Invalid):
    """An idea is returned without citing one of the house rules that it is bound to."""

    code = "rule_needed"
    sentence = _("Choose the rule that the idea does not keep yet, so that its makers know what to change.")
    field = "rule"


class WindowIsOver(Conflict):
    """A support after the time for the next station has passed."""

    code = "window_is_over"
    sentence = _("The time of this idea is over, so it takes no new supporters.")


class NotGathering(Conflict):
    """A support for an idea that does not gather supporters."""

    code = "not_gathering"
    sentence = _("This idea does not gather supporters now. Its page says where it stands.")


class OwnIdea(Forbidden):
    """A maker's support for their own idea."""

    code = "own_idea"
    sentence = _("You are one of the makers; your idea counts on the others.")


class LevelTooLow(Forbidden):
    """The rules of the programme ask for a higher level of trust."""

    code = "level_too_low"
    sentence = _("This programme asks for level %(level)s. You reach it by reading and taking part.")


class TooYoung(Forbidden):
    """The rules of the programme ask for an older member, or for a member who said their age."""

    code = "too_young"
    sentence = _("The rules of this programme ask for an older age than your account says. You can look at everything.")


class NotVerified(Forbidden):
    """An account that has confirmed neither an address nor a number."""

    code = "not_verified"
    sentence = _("Please confirm your e-mail address or your phone number first; then one member is one support.")


class TakesNoIdeas(Conflict):
    """A proposal to a programme that is not open."""

    code = "takes_no_ideas"
    sentence = _(
        "This programme takes no new ideas now. Your words are still in the form; look at the other programmes."
    )


class TooManyOpen(TooMany):
    """More open ideas of one member than the rules allow."""

    code = "too_many_open"
    sentence = _(
        "The rules allow %(most)s open ideas a member in this programme. When one of yours ends, there is room again."
    )


class BadTitle(Invalid):
    """A title too short or too long."""

    code = "bad_title"
    sentence = _("A title needs %(least)s to %(most)s characters: what it is, in one line.")
    field = "title"


class PartTooLong(Invalid):
    """A part of an idea that is too long; `field` names it."""

    code = "part_too_long"
    sentence = _("This part is longer than %(most)s characters. Please say it shorter.")


class FieldNeeded(Invalid):
    """A part of an idea that the rules ask for is empty; `field` names it."""

    code = "field_needed"
    sentence = _("The rules of this programme ask for this part. A few words are enough to begin with.")


class BadFacts(Invalid):
    """Too many facts, or one too long."""

    code = "bad_facts"
    sentence = _("At most %(most)s facts, each a name and a value of at most %(chars)s characters.")
    field = "facts"


class BadCategory(Invalid):
    """A category that this programme does not offer."""

    code = "bad_category"
    sentence = _("Choose one of the categories of this programme.")
    field = "category"


class SameKeyOtherWords(Conflict):
    """The same form was sent twice with different words."""

    code = "same_key_other_words"
    sentence = _("This form was already sent with other words. Load the page again, then send your new text.")


class CannotEditNow(Conflict):
    """An edit of an idea that is decided or ended."""

    code = "cannot_edit_now"
    sentence = _("What the supporters saw stays as it is from here on. You can still post an update.")


class BadTerms(Invalid):
    """Rules of a programme that cannot be read; `field` names the term."""

    code = "bad_terms"
    sentence = _("This term of the rules does not fit. Please look at its bounds beside it.")


class BadProgramme(Invalid):
    """A programme without a name, or with an address that is none."""

    code = "bad_programme"
    sentence = _(
        "A programme needs a name, and an address of small Latin letters, digits and hyphens, for example “garage”."
    )
    field = "name"


class ProgrammeTaken(Conflict):
    """Another programme has this address."""

    code = "programme_taken"
    sentence = _("Another programme has this address already. Choose another one.")
    field = "slug"


# Making it together.
class NotAMaker(Forbidden):
    """Only the makers of an idea do this."""

    code = "ideas_not_a_maker"
    sentence = _(
        "Only the makers of this idea can do this. You can support it, follow it or write in its conversation."
    )


class TextEmpty(Invalid):
    """Nothing was written."""

    code = "ideas_text_empty"
    sentence = _("There is nothing to send yet. Please write something.")
    field = "text"


class TextLong(TooLarge):
    """More characters than fit; `most` says how many do."""

    code = "ideas_text_long"
    sentence = _("This is longer than %(most)s characters. Please make it shorter; nothing of it is lost.")

    field = "text"


class TooManyUpdates(TooMany):
    """The day's updates of an idea are used up."""

    code = "ideas_updates_a_day"
    sentence = _("An idea has at most %(most)s updates a day. Please send this one tomorrow.")


class NoTalkNow(Conflict):
    """An idea that is not public takes no updates, feedback or questions."""

    code = "ideas_no_talk_now"
    sentence = _("This is possible once the idea is published.")


class FeedbackIsOver(Conflict):
    """Feedback is for ideas on their way."""

    code = "ideas_feedback_over"
    sentence = _("Feedback helps while an idea is on its way; this one has arrived or ended.")


class FeedbackOnOwn(Forbidden):
    """Makers give no feedback on their own idea."""

    code = "ideas_feedback_own"
    sentence = _("You make this idea yourself; feedback comes from others.")


class BadMarks(Invalid):
    """Marks that are none: at least one question, each from 1 to 5."""

    code = "ideas_bad_marks"
    sentence = _("Please give at least one mark, each from 1 to 5.")
    field = "marks"


class QuestionAnswered(Conflict):
    """A question that was answered stays."""

    code = "ideas_question_answered"
    sentence = _("This question is answered already and stays with its answer.")


class TooManyQuestions(Conflict):
    """Enough open questions at once."""

    code = "ideas_questions_open"
    sentence = _("%(most)s questions still wait for an answer. Please wait for these first.")


class NobodyCalledSo(Invalid):
    """No member has this handle, or they cannot be invited."""

    code = "ideas_nobody_called_so"
    sentence = _("Nobody with this handle can be invited. Check the letters after the @.")
    field = "handle"


class AlreadyMaker(Conflict):
    """They make this idea already."""

    code = "ideas_already_maker"
    sentence = _("They make this idea already, or are invited.")
    field = "handle"


class TooManyMakers(Conflict):
    """More makers than an idea has room for."""

    code = "ideas_makers_most"
    sentence = _("An idea has at most %(most)s makers.")


class BadShares(Invalid):
    """Shares that do not sum to the whole."""

    code = "ideas_bad_shares"
    sentence = _("The shares must sum to 100 percent; yours sum to %(sum)s.")
    field = "shares"


class SharesWait(Conflict):
    """One proposal at a time."""

    code = "ideas_shares_wait"
    sentence = _("Shares are proposed already. Wait for the answers, or take that proposal back first.")


class SharesAreSettled(Conflict):
    """After the agreement, or once the idea has ended, shares stay."""

    code = "ideas_shares_settled"
    sentence = _("The makers and their shares can no longer change: the agreement is made, or the idea has ended.")


class NothingProposed(Conflict):
    """No proposal waits for this member."""

    code = "ideas_nothing_proposed"
    sentence = _("Nothing waits for your answer here; it may have been taken back.")


class AuthorStays(Conflict):
    """Who proposed the idea does not leave it."""

    code = "ideas_author_stays"
    sentence = _("You proposed this idea. You can withdraw it, but not leave it to others.")


class TooLateToReturn(Conflict):
    """Coming back is possible for some days, while the share is still there."""

    code = "ideas_too_late_to_return"
    sentence = _("It is too late to come back by yourself. Ask the other makers to invite you again.")


class TooManyMaterials(Conflict):
    """An idea shows no more than this."""

    code = "ideas_materials_most"
    sentence = _("An idea shows at most %(pictures)s pictures and %(models)s model files. Take one away first.")


class MaterialsToday(TooMany):
    """The day's files are used up."""

    code = "ideas_materials_a_day"
    sentence = _("You added %(most)s files within a day. Please add more tomorrow.")


class ModelRefused(Unsupported):
    """A file that is none of the model formats, whatever its name says."""

    code = "ideas_model_refused"
    sentence = _("This is not a model file that we know by its content: STL, STEP, 3MF, GLB or PDF.")
    field = "file"


class ModelTooHeavy(TooLarge):
    """More bytes than MODEL_BYTES_MAX."""

    code = "ideas_model_too_heavy"
    sentence = _("This file has more than %(megabytes)s megabytes. Please make it smaller and send it again.")
    field = "file"


class NoFile(Invalid):
    """A form without the file that it is about."""

    code = "ideas_no_file"
    sentence = _("Please choose a file first.")
    field = "file"


# --- review: the board ---


class NotYours(Forbidden):
    """A score, note or decision of somebody who was not asked, has an interest, or has not handed in."""

    code = "not_yours"
    sentence = _(
        "This is not yours to do: you were not asked, you have an interest, or your own score is not handed in."
    )


class ScoreIsIn(Conflict):
    """A change of a score that was handed in."""

    code = "score_is_in"
    sentence = _("Your score is handed in and stays as it is. What you think now, write into the discussion.")


class ReviewIsOver(Conflict):
    """A step of a review that is over, or too late for it."""

    code = "review_is_over"
    sentence = _("The review of this idea has gone on without this step. Load the page again and look where it stands.")


class BadMarks(Invalid):
    """A mark that is missing, out of range, or for another criterion."""

    code = "bad_marks"
    sentence = _("Each criterion takes a whole number from 0 to 10; to hand in, none may be empty.")


class WhyIsMissing(Invalid):
    """A conflict, note or reason without words."""

    code = "why_is_missing"
    sentence = _("Please say it in a few words.")
    field = "why"


class TooLong(Invalid):
    """Words of the board beyond their limit."""

    code = "too_long"
    sentence = _("This is longer than %(most)s characters. Please say it shorter.")


class DiscussionIsClosed(Conflict):
    """A decision before the discussion is open."""

    code = "discussion_is_closed"
    sentence = _("Scores are still sealed. When all are in, or you open the discussion, you can decide.")


class AlreadyDecided(Conflict):
    """A second decision on the same idea in the same round."""

    code = "already_decided"
    sentence = _("This idea is decided in this round, and the decision stands in the book. It cannot be changed.")


class BothLanguages(Invalid):
    """A public text that is missing in one of the two languages."""

    code = "both_languages"
    sentence = _("Everybody reads the reason: please write it in Persian and in English.")
    field = "reason"


class BadOutcome(Invalid):
    """A decision that is none."""

    code = "bad_outcome"
    sentence = _("Choose one: approved, not approved, or carried over to the next round.")
    field = "outcome"


class NotAReviewer(Invalid):
    """Asking somebody to score who has no right to review."""

    code = "not_a_reviewer"
    sentence = _("%(name)s is not on the board. Give them a role that reviews ideas first.")
    field = "member"


class TooManyReviewers(Conflict):
    """More reviewers than a round takes, or a round that is over."""

    code = "too_many_reviewers"
    sentence = _("A round takes at most %(most)s reviewers, and none once it is answered.")


class BadDates(Invalid):
    """Dates of a round in the wrong order."""

    code = "bad_dates"
    sentence = _("A round answers after it stopped taking ideas, and in the future.")


# --- supports: giving, taking back, what supporters would pay, merging ---


class BudgetSpent(Conflict):
    """A support beyond the member's budget in this programme."""

    code = "budget_spent"
    sentence = _(
        "You stand behind %(most)s ideas of this programme, as many as its rules allow. Take one back, or wait until one ends."
    )


class SupportStays(Conflict):
    """Taking back a support of an idea that no longer gathers."""

    code = "support_stays"
    sentence = _("This idea has gathered its supporters; the number that went before the board stays as it is.")


class SupportNeeded(Conflict):
    """An answer about the price by somebody who does not support the idea."""

    code = "support_needed"
    sentence = _("These questions are for supporters. Stand behind the idea first, then answer.")


class BadPrice(Invalid):
    """A price that is none."""

    code = "bad_price"
    sentence = _("Write a price above zero in digits, for example 250000, or leave it empty.")
    field = "price"


class BadForWhom(Invalid):
    """A choice that the rules of the programme do not have."""

    code = "bad_for_whom"
    sentence = _("Choose one of the answers that are offered, or none.")
    field = "for_whom"


class WordsTooLong(Invalid):
    """Words beside a price that are too long."""

    code = "words_too_long"
    sentence = _("At most %(most)s characters, please. There is more room in the conversation.")
    field = "words"


class CannotMerge(Conflict):
    """Two ideas of which one does not gather, or that are the same one, or of different programmes."""

    code = "cannot_merge"
    sentence = _("Only two different ideas of one programme that both gather supporters can be merged.")
    field = "into"


class CannotPart(Conflict):
    """Undoing a merge after the other idea went on."""

    code = "cannot_part"
    sentence = _("The other idea does not gather supporters any more, so what it has from this one stays with it.")
