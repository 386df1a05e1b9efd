"""What can go wrong when persons are made one or taken apart."""

from django.utils.translation import gettext_lazy as _

from patogh.kit.errors import Conflict, Forbidden, Invalid


class SamePerson(Conflict):
    """Both sides are one person already."""

    code = "same_person"
    sentence = _("These are one person already; there is nothing to join.")


class PersonAlreadyMerged(Conflict):
    """One side has no identities left: somebody joined it with another person meanwhile."""

    code = "person_already_merged"
    sentence = _("One of these two was joined with somebody else meanwhile. Open the page again to see who it is now.")


class PersonErased(Conflict):
    """Somebody who was erased is joined with nobody and brought back by nothing."""

    code = "person_erased"
    sentence = _("This person was erased. Nothing of them can be joined or brought back.")


class MayNotMerge(Forbidden):
    """Joining and taking apart is for those of the team who have the right."""

    code = "may_not_merge"
    sentence = _(
        "Only the owner, admins, community managers and agents join people or take them apart. Ask one of them."
    )


class IdentifiersDiffer(Conflict):
    """Each side has proved an identity of one kind, and they differ."""

    code = "identifiers_differ"
    sentence = _(
        "Each of these two has proved an identity of the same kind (%(left)s and %(right)s), so they look like two people. "
        "If they are one, write a reason and join them."
    )
    field = "reason"


class ReasonNeeded(Invalid):
    """Taking somebody apart wants a reason."""

    code = "reason_needed"
    sentence = _("Please write the reason in a few words.")
    field = "reason"


class LaterMergeFirst(Conflict):
    """A later merge rests on this one."""

    code = "later_merge_first"
    sentence = _("A later merge (%(which)s, %(day)s) rests on this one. Take that one back first.")


class MergeUndone(Conflict):
    """A merge is taken back once."""

    code = "merge_undone"
    sentence = _("This merge was taken back already. Load the page again to see who stands there now.")


class OnlyIdentity(Conflict):
    """The only identity of a person cannot be taken out of it."""

    code = "only_identity"
    sentence = _("This is the only identity of this person; there is nothing to take it out of. Two are needed.")


class SurvivorUnknown(Invalid):
    """A field that was to be taken from an identity of neither side."""

    code = "survivor_unknown"
    sentence = _("A field can only be taken from one of these two people.")


class SuggestionDecided(Conflict):
    """A suggestion that somebody answered already."""

    code = "suggestion_decided"
    sentence = _("Somebody has answered this suggestion already. Load the page again for those that wait.")


class MayNotReveal(Forbidden):
    """Seeing an address in full is for those of the team who have the right."""

    code = "may_not_reveal"
    sentence = _("Only the owner, admins and agents see addresses and numbers in full. Ask one of them.")


class LookReasonNeeded(Invalid):
    """Nobody opens a person's page without a case or a reason."""

    code = "look_reason_needed"
    sentence = _("You have no open case with this person. Please say in a few words why you look; they can read it.")
    field = "reason"


class MayNotWriteNotes(Forbidden):
    """Notes and pledges are for those of the team who have the right."""

    code = "may_not_write_notes"
    sentence = _("Only the owner, admins, community managers and agents write notes and pledges. Ask one of them.")


class NoteEmpty(Invalid):
    """A note or pledge without words."""

    code = "note_empty"
    sentence = _("Please write a few words.")
    field = "text"


class NoteTooLong(Invalid):
    """A note or pledge that is longer than its limit."""

    code = "note_too_long"
    sentence = _("This is too long; at most %(most)s characters fit. Shorten it, or write a second one.")
    field = "text"


class PledgeDayPast(Invalid):
    """A promise has a time ahead of it, within a year."""

    code = "pledge_day_past"
    sentence = _("A promise needs a day from today on, within a year.")
    field = "due"


class PledgeOwnerUnknown(Invalid):
    """A promise is kept by somebody of the team."""

    code = "pledge_owner_unknown"
    sentence = _("Only somebody of the team who writes notes can keep a promise. Name another keeper.")
    field = "owner"


class PledgeClosed(Conflict):
    """A promise that was closed the other way."""

    code = "pledge_closed"
    sentence = _("Somebody has closed this promise already. Reopen it first.")


class PeopleFileRefused(Invalid):
    """A file of people that cannot be read as a table; `why` is a key of `words.PEOPLE_FILE_WORDS`."""

    code = "people_file_refused"
    sentence = _("This file cannot be read as a table. Save it as CSV in UTF-8 or as XLSX and send it again.")

    def __str__(self) -> str:
        from patogh.persons.words import PEOPLE_FILE_WORDS

        return str(PEOPLE_FILE_WORDS.get(str(self.facts.get("why")), self.sentence))


class PeoplePlanRefused(Invalid):
    """Columns that cannot be read so; `why` is a key of `words.PEOPLE_PLAN_WORDS`."""

    code = "people_plan_refused"
    sentence = _("These columns cannot be read this way.")

    def __str__(self) -> str:
        from patogh.persons.words import PEOPLE_PLAN_WORDS

        return str(PEOPLE_PLAN_WORDS.get(str(self.facts.get("why")), self.sentence))


class ConsentNeedsMember(Invalid):
    """A file brings consents, and nobody of the team answers for them."""

    code = "consent_needs_member"
    sentence = _("A column of consent needs somebody of the team who answers for it: name their handle with --as.")


class MayNotImport(Forbidden):
    """Bringing files of people is for those who may take them out."""

    code = "may_not_import"
    sentence = _("Only those who may take people’s data out may bring files of people in. The owner gives that right.")


class ImportNotWaiting(Conflict):
    """A step that a file cannot take from where it stands."""

    code = "import_not_waiting"
    sentence = _("This file is being read, was read or taken back already. Load the page again to see.")


class ImportNotNewest(Conflict):
    """Taking back a file over which a later one of the same source lies."""

    code = "import_not_newest"
    sentence = _("A later file of this source was read. Take that one back first.")


class ImportTooOld(Conflict):
    """Taking back a file after its time."""

    code = "import_too_old"
    sentence = _(
        "A file can be taken back for 30 days, and these are over. What is wrong is mended on the page of each person."
    )
