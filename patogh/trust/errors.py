"""What trust can refuse, each with the way out."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from patogh.kit.errors import Conflict, Forbidden, Invalid, TooMany


class TooFast(TooMany):
    """More in a short time than a person does; `retry_after_s` says how long to wait."""

    code = "too_fast"
    sentence = _("That was a lot in a short time. Please wait a little; your text is still in the form.")


class TooManyToday(TooMany):
    """The day's share is used up."""

    code = "too_many_today"
    sentence = _(
        "You have used up what one day allows (%(most)s). Tomorrow you can go on; your text is still in the form."
    )


class TooManyAccounts(TooMany):
    """One address made several accounts in a day."""

    code = "too_many_accounts"
    sentence = _("Several accounts were made from here today. Please try again tomorrow, or ask the team.")


class NewcomerLimit(Forbidden):
    """A limit for accounts that nobody knows yet; it goes away by reading and taking part."""

    status = 422
    code = "newcomer_limit"


class TooManyLinks(NewcomerLimit):
    """More links than a new account may post."""

    code = "too_many_links"
    sentence = _(
        "Too many links: a new account may put at most %(most)s into a post. Take some out, or read along for a while first."
    )


class TooManyPictures(NewcomerLimit):
    """More pictures than a new account may post."""

    code = "too_many_pictures"
    sentence = _(
        "Too many pictures: a new account may put at most %(most)s into a post. Take some out, or read along for a while first."
    )


class TooManyMentions(NewcomerLimit):
    """More mentions than a new account may post."""

    code = "too_many_mentions"
    sentence = _(
        "Too many names: a new account may mention at most %(most)s in a post. Take some out, or read along for a while first."
    )


class EnoughInThisTopic(NewcomerLimit):
    """More replies to one topic than a new account may post."""

    code = "enough_in_this_topic"
    sentence = _(
        "That is as often as a new account may reply in one topic (%(most)s). You can edit one of your replies instead."
    )


class FirstDayTopics(NewcomerLimit):
    """More topics on the first day than a new account may open."""

    code = "first_day_topics"
    sentence = _(
        "That is as many topics as an account may open on its first day (%(most)s). Tomorrow you can open more."
    )


class FirstDayReplies(NewcomerLimit):
    """More replies on the first day than a new account may post."""

    code = "first_day_replies"
    sentence = _("That is as often as an account may reply on its first day (%(most)s). Tomorrow you can say more.")


class Silenced(Forbidden):
    """A member who may read and not write for some time."""

    code = "silenced"
    sentence = _(
        "You may read and not write until %(until)s. The reason and the way to appeal are on the page “What happened to my posts”."
    )


class Suspended(Forbidden):
    """A member who may not come in for some time."""

    code = "suspended"
    sentence = _("This account is suspended until %(until)s.")


class SignUpWaits(Forbidden):
    """An account that a moderator has not looked at yet."""

    code = "sign_up_waits"
    sentence = _("Your account waits for a moderator's look; until then you may read. You will hear of it.")


class UnknownTerm(Invalid):
    """A setting that is none, or a value outside its bounds."""

    code = "unknown_term"
    sentence = _("This setting takes %(least)s to %(most)s.")


class UnknownReason(Invalid):
    """A reason, outcome or decision that is not on the list."""

    code = "unknown_reason"
    sentence = _("Please choose one of the reasons.")
    field = "reason"


class WordsTooLong(Invalid):
    """An explanation that is too long."""

    code = "words_too_long"
    sentence = _("Please say it in at most %(most)s characters.")
    field = "words"


class WordsMissing(Invalid):
    """An explanation that must be given."""

    code = "words_missing"
    sentence = _("Please say why, in a few words.")
    field = "words"


class UntilUnclear(Invalid):
    """A silence or suspension without an end, or with one that is past."""

    code = "until_unclear"
    sentence = _("Say until when: a day in the future, at most a hundred years ahead.")
    field = "until"


class OwnThing(Forbidden):
    """Flagging, or deciding about, something of one's own."""

    code = "own_thing"
    sentence = _("This is your own; somebody else has to look at it.")


class OwnFlag(Forbidden):
    """Deciding on what one flagged oneself."""

    code = "own_flag"
    sentence = _("You flagged this yourself; another moderator decides.")


class AnotherDecides(Forbidden):
    """An appeal or a second opinion for whoever decided first."""

    code = "another_decides"
    sentence = _("You made this decision; another moderator has to look at it.")


class OnlyAdmins(Forbidden):
    """A sanction on somebody of the team."""

    code = "only_admins"
    sentence = _("Only admins decide about members of the team.")


class AlreadyDecided(Conflict):
    """Somebody else was quicker."""

    code = "already_decided"
    sentence = _("Another moderator has decided this meanwhile. Nothing was changed.")


class ClaimedByAnother(Conflict):
    """Somebody else is at it."""

    code = "claimed_by_another"
    sentence = _("%(name)s is looking at this just now. Take another one, or come back in a quarter of an hour.")


class TooLateToUndo(Conflict):
    """Undoing after a day, or what is undone already."""

    code = "too_late_to_undo"
    sentence = _("This can no longer be undone in one go. Decide about each of them instead.")


class CannotAppeal(Conflict):
    """A second appeal, or one after thirty days."""

    code = "cannot_appeal"
    sentence = _("A decision can be appealed once, within thirty days.")


class AlreadyFlagged(Conflict):
    """A second flag on the same thing."""

    code = "already_flagged"
    sentence = _("You have flagged this already; a moderator will look at it.")


class CannotBlock(Forbidden):
    """Blocking oneself, or somebody of the team."""

    code = "cannot_block"
    sentence = _("The team has to be able to reach you, so it cannot be blocked. You can mute anybody.")


class BlockedByThem(Forbidden):
    """Following somebody who does not want it."""

    code = "blocked_by_them"
    sentence = _("You cannot follow this member.")


class MinorNotFollowed(Forbidden):
    """A stranger who wants to follow a minor."""

    code = "minor_not_followed"
    sentence = _("Young members can be followed only by those whom they follow themselves.")


class BadWord(Invalid):
    """A word that cannot stand on a list."""

    code = "bad_word"
    sentence = _("A listed word has %(least)s to %(most)s characters, at least two of them letters.")
    field = "word"


class AgeWaits(Conflict):
    """A minor who says to be older."""

    code = "age_waits"
    sentence = _("A moderator looks at this first; until then everything stays as it is.")


class CannotDoThis(Invalid):
    """A decision that makes no sense for this kind of item."""

    code = "cannot_do_this"
    sentence = _("This decision does not fit here. Choose another one.")
    field = "what"
