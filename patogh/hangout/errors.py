"""What can be refused in the hangout, each with the way out."""

from django.utils.translation import gettext_lazy as _

from patogh.kit.errors import Conflict, Forbidden, Invalid, TooLarge, TooMany


class TopicIsClosed(Conflict):
    """A reply to a closed topic."""

    code = "topic_is_closed"
    sentence = _(
        "This conversation is closed and takes no new replies. Your text is still in the form: you can open a new topic with it."
    )


class SameKeyOtherText(Conflict):
    """The same form was sent twice with different words."""

    code = "same_key_other_text"
    sentence = _("This form was already sent with other words. Load the page again, then send your new text.")


class NotForYou(Forbidden):
    """Somebody tries what only the asker, the author or the team may do."""

    code = "not_for_you"
    sentence = _("Only the one who asked or a moderator may do this.")


class OnlyTheTeam(Forbidden):
    """A member tries to post a notice."""

    code = "only_the_team"
    sentence = _("Only the team posts notices. Choose another kind for your topic.")


class EmptyText(Invalid):
    """Nothing was written."""

    code = "empty_text"
    sentence = _("Please write something first.")
    field = "text"


class BadTitle(Invalid):
    """A title too short or too long."""

    code = "bad_title"
    sentence = _(
        "A title needs %(least)s to %(most)s characters. One sentence that says what it is about helps others find it."
    )
    field = "title"


class BadTags(Invalid):
    """Too many tags, or one too long."""

    code = "bad_tags"
    sentence = _("At most %(most)s tags, each of at most %(chars)s characters, with commas between them.")
    field = "tags"


class BadPoll(Invalid):
    """A poll without a question or without two options."""

    code = "bad_poll"
    sentence = _("A poll needs a question and two to %(most)s different options.")
    field = "poll_question"


class OneChoiceOnly(Invalid):
    """A sealed poll with several choices."""

    code = "one_choice_only"
    sentence = _("In a poll that anyone can recount, each ballot holds one choice. Untick one of the two.")
    field = "poll_question"


class PollIsOver(Conflict):
    """A vote after the end."""

    code = "poll_is_over"
    sentence = _("This poll is over; its result stays here to see.")


class CannotAcceptThis(Invalid):
    """Accepting the question itself, or an answer in another kind of topic."""

    code = "cannot_accept_this"
    sentence = _("Only a reply to a question can be accepted as its answer.")


class CannotMergeThis(Invalid):
    """Merging a topic into itself, or into one that is out of sight."""

    code = "cannot_merge_this"
    sentence = _(
        "Choose another conversation in sight; one cannot be merged into itself, nor one of over %(most)s posts."
    )
    field = "target"


class TooFast(TooMany):
    """More posts in a short time than a person writes."""

    code = "too_fast"
    sentence = _("That was a lot in a short time. Please wait a minute; your text is still in the form.")


class OwnPost(Forbidden):
    """A word for oneself."""

    code = "own_post"
    sentence = _("A word for your own post would not count. Others will say theirs.")


class UnknownWord(Invalid):
    """A reaction that this hangout does not have."""

    code = "unknown_word"
    sentence = _("This word is not in use here. Choose one of those beside the post.")


class BadVote(Invalid):
    """A vote for an option of another poll, or for several where one is allowed."""

    code = "bad_vote"
    sentence = _("This vote does not fit the poll. Choose one of its options; several only where the poll says so.")


class BadSpace(Invalid):
    """A space without a name, or with an address that is none."""

    code = "bad_space"
    sentence = _(
        "A space needs a name, and an address of small Latin letters, digits and hyphens, for example “repair”."
    )
    field = "name"


class SlugTaken(Conflict):
    """Another space has this address."""

    code = "slug_taken"
    sentence = _("Another space has this address already. Choose another one.")
    field = "slug"


class DraftTooLong(TooLarge):
    """A draft that could never be sent."""

    code = "draft_too_long"
    sentence = _("This is longer than a post may be, so it is kept on your device only. Please split it into parts.")


class TooManyPictures(TooMany):
    """More pictures in a day than there is room for."""

    code = "too_many_pictures"
    sentence = _(
        "You have sent %(most)s pictures since yesterday, which is as many as a day takes. Tomorrow there is room again."
    )

    def __init__(self, *subjects: object, **facts: object) -> None:
        super().__init__(*subjects, retry_after_s=3600, **facts)


class BadPromise(Invalid):
    """A promised date that cannot be read or has passed."""

    code = "bad_promise_date"
    sentence = _("Please give a date from today on, for example ۱۵ آذر ۱۴۰۵ or 2026-12-06.")
    field = "promised_on"


class NoSuchSpace(Invalid):
    """A space that one cannot write in."""

    code = "no_such_space"
    sentence = _("Choose a space for your topic.")
    field = "space"


class NothingToMerge(Invalid):
    """A target that cannot be found."""

    code = "nothing_to_merge"
    sentence = _("There is no such conversation in your sight. Give its number or its address.")
    field = "target"


class ChangedMeanwhile(Conflict):
    """An edit of a text that somebody else edited since."""

    code = "changed_meanwhile"
    sentence = _(
        "Somebody changed this while you were writing. Your text is still in the form; look at the newer version before you save."
    )


class CannotTrashThis(Conflict):
    """Taking the opening post away, which the topic stands on."""

    code = "cannot_trash_this"
    sentence = _("The opening post carries the conversation. Take the whole conversation out of sight instead.")


class NotYourStory(Forbidden):
    """A follow-up by somebody who neither opened the topic nor belongs to the team."""

    code = "not_your_story"
    sentence = _("What happened next is for whoever opened the conversation to tell. Send it as a reply.")


class BadKind(Invalid):
    """A kind of topic that there is not."""

    code = "bad_kind"
    sentence = _("Choose what kind of topic this is: talk, a question, or something to show.")
    field = "kind"
