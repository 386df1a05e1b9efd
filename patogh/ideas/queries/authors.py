"""Who proposed, supported or decided what is shown: one small row a person, one query however many they are."""

from collections.abc import Iterable
from dataclasses import dataclass

from patogh.people.models import Member


@dataclass(slots=True)
class Author:
    """A person beside a text: enough for the picture, the name and the badge."""

    pk: int
    handle: str
    name: str
    avatar: str
    team_title: str
    place: str
    version: int
    roles: str
    is_active: bool

    @property
    def is_team(self) -> bool:
        """Whether this person speaks for the brand."""
        return bool(set(self.roles.split()) - {"ambassador"})

    @property
    def avatar_url(self) -> str:
        """The photo they gave, else the girih star of their handle."""
        return f"/media/{self.avatar}" if self.avatar else f"/avatars/{self.handle}.svg"

    @property
    def url(self) -> str:
        """The address of their page."""
        return f"/@{self.handle}"


_COLUMNS = ("id", "handle", "name", "avatar", "team_title", "place", "version", "roles", "is_active")


def authors(ids: Iterable[int | None]) -> dict[int, Author]:
    """Return the people with these ids by id; unknown ids and None are left out."""
    wanted = {pk for pk in ids if pk is not None}
    if not wanted:
        return {}
    return {row[0]: Author(*row) for row in Member.objects.filter(pk__in=wanted).values_list(*_COLUMNS)}
