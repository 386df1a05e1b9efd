"""What the API refuses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from patogh.kit.errors import Conflict, Forbidden, Invalid, PatoghError, SignInNeeded, TooLarge, TooMany, Unsupported


class TokenUnknown(SignInNeeded):
    """The token is none of ours, has ended or was taken back; all three look the same."""

    code = "token_unknown"
    sentence = _("This token is not known here, has ended or was taken back. Make a new one in your settings.")


class TokenMissing(SignInNeeded):
    """Nobody said who asks."""

    code = "token_missing"
    sentence = _("Please send a token: Authorization: Bearer patogh_pat_…")


class ScopeMissing(Forbidden):
    """The token may do other things."""

    code = "scope_missing"
    sentence = _("This token may not do that; it needs the scope %(scope)s.")


class FromElsewhere(Forbidden):
    """A request with a session's cookie and without its CSRF token."""

    code = "from_elsewhere"
    sentence = _("A signed-in browser needs its CSRF token in the header X-CSRFToken; a program uses a token.")


class Suspended(Forbidden):
    """The account is locked out for a time."""

    code = "suspended"
    sentence = _("This account is suspended for now.")


class NotJson(Unsupported):
    """A body of another kind."""

    code = "not_json"
    sentence = _("Please send JSON, with Content-Type: application/json.")


class NotAcceptable(PatoghError):
    """An answer in another form was asked for."""

    status = 406
    code = "not_acceptable"
    sentence = _("Answers here are JSON; Accept has to allow application/json.")


class MethodUnknown(PatoghError):
    """Another method at this address."""

    status = 405
    code = "method_unknown"
    sentence = _("This is not done at this address. The header Allow says what is.")


class JsonUnreadable(Invalid):
    """A body that is no JSON, or holds what no text may hold."""

    code = "json_unreadable"
    sentence = _("The body is not JSON that we can read: it has to be UTF-8, without doubled names, NaN or NUL.")


class JsonTooDeep(Invalid):
    """A body nested deeper than anything of ours."""

    code = "json_too_deep"
    sentence = _("The body is nested deeper than %(most)s levels.")


class BodyTooLarge(TooLarge):
    """More bytes than a body of ours can need."""

    code = "body_too_large"
    sentence = _("A body may have at most %(most)s bytes.")


class FieldsWrong(Invalid):
    """Fields that are missing, unknown, or of another kind than the description says."""

    status = 422
    code = "fields_wrong"
    sentence = _("Some fields do not fit; “errors” says which and why.")


class KeyUsedOtherwise(Conflict):
    """The same Idempotency-Key came with another request."""

    code = "key_used_otherwise"
    sentence = _("This Idempotency-Key belongs to another request. Use a new key for a new request.")


class KeyTooLong(Invalid):
    """An Idempotency-Key beyond the limit."""

    code = "key_too_long"
    sentence = _("An Idempotency-Key is 1 to %(most)s characters of ASCII.")


class TagUnreadable(Invalid):
    """An If-Match or If-None-Match that is no list of entity tags."""

    code = "tag_unreadable"
    sentence = _("If-Match and If-None-Match take an ETag as we gave it, in its quotation marks, or *.")


class ChangedSince(PatoghError):
    """If-Match does not hold any more."""

    status = 412
    code = "changed_since"
    sentence = _("It has changed since you read it. Read it again, and decide anew.")


class TooManyCalls(TooMany):
    """More requests than the window has room for."""

    code = "too_many_calls"
    sentence = _("That was a lot at once. The header Retry-After says when to come back.")


class TooManyTokens(Conflict):
    """As many tokens as one may have."""

    code = "too_many_tokens"
    sentence = _("You have %(most)s tokens already. Take one back before you make another.")


class NoScope(Invalid):
    """A token that may do nothing."""

    code = "no_scope"
    field = "scopes"
    sentence = _("Please choose at least one thing that the token may do.")


class NameMissing(Invalid):
    """A token without a name."""

    code = "name_missing"
    field = "name"
    sentence = _("Please give the token a name, so that you know it again.")
