"""What the core of ideas can refuse: moves, programmes, drafts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from patogh.kit.errors import Conflict, Forbidden, Invalid, TooMany


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
        "You have as many open ideas in this programme as its rules allow (%(most)s). When one of yours ends, there is room again."
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
