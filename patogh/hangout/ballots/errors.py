"""What can be refused about a sealed poll, each with the way out."""

from django.utils.translation import gettext_lazy as _

from patogh.kit.errors import Conflict, Forbidden, Invalid, TooMany


class NotSealed(Conflict):
    """A step of a sealed poll on a simple one."""

    code = "poll_not_sealed"
    sentence = _("This is a simple poll: vote in it on its conversation's page.")


class SealedPoll(Conflict):
    """A simple vote in a sealed poll."""

    code = "poll_sealed"
    sentence = _("In this poll the votes are sealed in the browser. Vote on the poll's own page.")


class EnrolmentIsOver(Conflict):
    """Enrolling after the roll was fixed."""

    code = "enrolment_is_over"
    sentence = _("The roll of this poll is fixed: nobody can enrol any more. You can still follow and recount it.")


class VotingHasNotBegun(Conflict):
    """A ballot while members still enrol."""

    code = "voting_has_not_begun"
    sentence = _("Voting has not begun yet; until then members enrol. You hear of it in the conversation.")


class NotCountingNow(Conflict):
    """An opening of a seal before the close or after the result."""

    code = "not_counting_now"
    sentence = _("Seals are opened between the close of a poll and its result. It is not that time now.")


class NotEligible(Forbidden):
    """Enrolling without what the poll asks for."""

    code = "not_eligible"
    sentence = _("This poll is for members from level %(level)s on who had joined before %(date)s.")


class NotOnTheRoll(Forbidden):
    """A ballot with a key that is not one's own on the roll of this poll."""

    code = "not_on_the_roll"
    sentence = _("This key is not yours on the roll of this poll. Vote in the browser in which you enrolled.")


class BadKey(Invalid):
    """A public key that is none."""

    code = "bad_key"
    sentence = _("The key that your browser sent cannot be read. Load the page again and press the button once more.")
    field = "key"


class KeyTaken(Conflict):
    """A key that somebody else enrolled, or another one by somebody who has enrolled."""

    code = "key_taken"
    sentence = _("You are on the roll already, with the key of another browser. One member, one key.")


class RollIsFull(TooMany):
    """More electors than a roll takes."""

    code = "roll_is_full"
    sentence = _("The roll of this poll is full: it takes %(most)s members.")


class RollIsShort(Conflict):
    """Starting a vote with hardly anybody on the roll."""

    code = "roll_is_short"
    sentence = _("At least two members have to be on the roll before the vote can begin: one vote alone has no secret.")


class TermsAreSet(Conflict):
    """Changing who may vote once somebody has enrolled, or anything once the vote has begun."""

    code = "terms_are_set"
    sentence = _("Who may vote stays as it is once somebody has enrolled; the times stay once the vote has begun.")


class BadTerms(Invalid):
    """A level that there is not, or times in the wrong order."""

    code = "bad_terms"
    sentence = _("Levels go from 0 to 4; the vote begins in the future and ends after it began.")
    field = "starts"


class BadSeal(Invalid):
    """A seal, signature, choice or nonce that does not fit."""

    code = "bad_seal"
    sentence = _(
        "This ballot does not hold together: seal, choice and signature have to fit. Load the page again and vote."
    )
    field = "seal"


class AlreadyVoted(Conflict):
    """A second ballot."""

    code = "already_voted"
    sentence = _("Your ballot is in the book already; it is final. Nobody can change it, you included.")


class AlreadyOpen(Conflict):
    """Opening a seal twice."""

    code = "already_open"
    sentence = _("This seal is open already.")
