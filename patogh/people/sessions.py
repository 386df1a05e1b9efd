"""Sessions and members by one plain read each: what Django's own do, without putting the same query together each time."""

from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.contrib.sessions.models import Session
from django.utils import timezone

from patogh.kit.rows import by_key
from patogh.people.models import Member


class SessionStore(DatabaseSessions):
    """Django's sessions in the database."""

    def _get_session_from_db(self) -> Session | None:
        """Return the session's row; an unknown or expired one loses its key, as with Django."""
        session = by_key(Session, self.session_key or "")
        if session is None or session.expire_date <= timezone.now():
            self._session_key = None
            return None
        return session


class Members(AuthenticationBackend):  # type: ignore[misc]  # django-allauth has no types
    """Django-allauth's way to sign in; the member behind a session is read by `by_key`."""

    def get_user(self, user_id: object) -> Member | None:
        """Return an active member, or None; whoever is suspended is a stranger until it ends."""
        member = by_key(Member, user_id)
        if member is None or not self.user_can_authenticate(member):
            return None
        is_out = member.suspended_until is not None and member.suspended_until > timezone.now()
        return None if is_out else member
