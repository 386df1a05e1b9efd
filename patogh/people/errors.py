"""What can go wrong among people."""

from django.utils.translation import gettext_lazy as _

from patogh.kit.errors import Conflict, Forbidden, Invalid, NotFound


class NameUnreadable(Invalid):
    """A name with nothing visible in it."""

    code = "name_unreadable"
    sentence = _("Please give a name that people can read; letters of any script are fine.")
    field = "name"


class HandleTaken(Conflict):
    """Somebody has this handle already, or nobody may have it."""

    code = "handle_taken"
    sentence = _("This handle is taken or kept back. Please choose another one.")


class EmailTaken(Conflict):
    """Another account has this address."""

    code = "email_taken"
    sentence = _("Another account already uses this e-mail address.")


class PhoneUnreadable(Invalid):
    """Not a phone number of any country we know."""

    code = "phone_unreadable"
    sentence = _("This phone number could not be read. An example: 09131234567")
    field = "phone"


class PhoneTaken(Conflict):
    """Another account has this number."""

    code = "phone_taken"
    sentence = _("Another account already uses this phone number.")


class LinkUnreadable(Invalid):
    """A link of a profile that is no web address."""

    code = "link_unreadable"
    sentence = _("A link must be a web address that begins with https://")
    field = "links"


class SettingUnknown(Invalid):
    """A language, calendar, zone or theme that we do not have."""

    code = "setting_unknown"
    sentence = _("This choice does not exist. Please choose one from the list.")


class FollowsThemselves(Invalid):
    """Somebody tried to follow or mute their own account."""

    code = "follows_themselves"
    sentence = _("You cannot follow or mute yourself.")


class RoleRefused(Forbidden):
    """Only the owner and admins give roles, and only an owner makes owners and admins."""

    code = "role_refused"
    sentence = _("Only the owner and admins can change roles, and only an owner can change owners and admins.")


class RoleUnknown(Invalid):
    """A role that does not exist."""

    code = "role_unknown"
    sentence = _("There is no such role.")


class LastOwner(Conflict):
    """The house must keep an owner."""

    code = "last_owner"
    sentence = _("This is the last owner. Give the role to somebody else first.")


class BrandIsSetUp(Conflict):
    """The first run is over."""

    code = "brand_is_set_up"
    sentence = _("The hangout is already set up. Its owner can change the brand in the team's pages.")


class ColourUnreadable(Invalid):
    """Not a colour, or one on which white letters cannot be read."""

    code = "colour_unreadable"
    sentence = _(
        "White letters cannot be read on this colour (contrast %(ratio)s, at least 4.5 is needed). "
        "This darker one works: %(darker)s"
    )
    field = "colour"


class ColourUnknown(Invalid):
    """Not a colour like #0C7C7C."""

    code = "colour_unknown"
    sentence = _("A colour is written like #0C7C7C.")
    field = "colour"


class VerifiedIdentitiesDiffer(Conflict):
    """Two persons with different verified identities of one kind are not made one by a machine."""

    code = "verified_identities_differ"
    sentence = _("These are two people with different verified addresses, so they are not joined automatically.")


class OnlySuggested(Conflict):
    """A claim that nobody verified suggests a link; it makes none."""

    code = "only_suggested"
    sentence = _("This is an unverified claim; a person has to confirm it.")


class AlreadyUndone(Conflict):
    """A link is undone once."""

    code = "already_undone"
    sentence = _("This has been undone already.")


class NotYours(Forbidden):
    """A staged account whose claimed address is not a verified one of this member."""

    code = "not_yours"
    sentence = _("This account came with another e-mail address. Add and confirm that address first.")


class LinkExpired(Invalid):
    """A sign-in link that is old, used or broken."""

    code = "link_expired"
    sentence = _("This sign-in link has expired or was used already. Ask for a new one; it arrives in seconds.")


class CopyGone(NotFound):
    """A copy of one's data that was taken, is too old or was never there."""

    code = "copy_gone"
    sentence = _("This copy of your data is not there any more. Ask for a new one.")


class NotMyHandle(Invalid):
    """Somebody who closes the account typed another handle."""

    code = "not_my_handle"
    sentence = _("Type your own handle to close the account.")
    field = "handle"


class KindUnknown(Invalid):
    """A kind of identity that this house does not know."""

    code = "kind_unknown"
    sentence = _("There is no such kind of identity.")


class EmailUnreadable(Invalid):
    """Not an e-mail address."""

    code = "email_unreadable"
    sentence = _("This e-mail address could not be read. An example: mina@example.org")
    field = "email"


class HandleUnreadable(Invalid):
    """Not the name of an account on its channel."""

    code = "handle_unreadable"
    sentence = _("This account name could not be read. Write it as its channel shows it.")


class KeyUnreadable(Invalid):
    """A key of another system that is too short, too long or holds what no key holds."""

    code = "key_unreadable"
    sentence = _("This key could not be read. It must be printable and no longer than 200 letters.")


class CardUnreadable(Invalid):
    """Not the hash of a card; the number of a card is never taken."""

    code = "card_unreadable"
    sentence = _("Only the hash of a card is taken here (64 characters), never its number.")


class UrlUnreadable(Invalid):
    """Not the address of a page."""

    code = "url_unreadable"
    sentence = _("This web address could not be read. It begins with https:// and has at most 254 letters.")


class MayNotErase(Forbidden):
    """Erasing somebody is for those of the team who have the right."""

    code = "may_not_erase"
    sentence = _("You cannot erase people.")


class PersonHasAccount(Conflict):
    """Whoever has an account leaves by it; the team does not erase it from outside."""

    code = "person_has_account"
    sentence = _(
        "This person has an account here. They close it themselves in their settings; if the account is somebody else’s, take the merge back first."
    )


class PersonChanged(Conflict):
    """What stood behind a person when the page was shown is not what stands there now."""

    code = "person_changed"
    sentence = _("Something about this person changed meanwhile. Please look again before you go on.")
