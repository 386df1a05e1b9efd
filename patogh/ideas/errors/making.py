"""What making an idea together can refuse."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from patogh.kit.errors import Conflict, Forbidden, Invalid, TooLarge, TooMany, Unsupported


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
