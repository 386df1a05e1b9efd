"""What notices say: each kind registered once by the room that gives it, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from patogh.people.models import Notice

_kinds: dict[str, NoticeKind] = {}
_hushed: set[str] = set()


@dataclass(frozen=True)
class NoticeKind:
    """A kind of notice; sentences have places for {title}, and those for several also for {others} (how many more).

    `label_*` names the event on the page of settings; `outside` says when it is told on each channel outside the house
    unless the member chose otherwise: "now", "soon", "daily", "weekly" or "never".
    """

    name: str
    icon: str
    fa: str
    en: str
    fa_many: str
    en_many: str
    label_fa: str = ""
    label_en: str = ""
    outside: Mapping[str, str] = field(default_factory=dict)

    def label(self, language: str) -> str:
        """Return what the page of settings calls this event."""
        said = self.label_fa if language == "fa" else self.label_en
        whole = self.fa if language == "fa" else self.en
        for named in (": «{title}»", ": “{title}”"):
            whole = whole.removesuffix(named)
        return said or whole.replace("{title}", "…")


def notice_kind(
    name: str,
    *,
    icon: str,
    fa: tuple[str, str],
    en: tuple[str, str],
    label: tuple[str, str] = ("", ""),
    outside: Mapping[str, str] | None = None,
) -> NoticeKind:
    """Register a kind `room.noun_verbed`; each pair is the sentence for one and the sentence for several.

    The actor's name stands before the sentence: fa=("به «{title}» پاسخ داد",
    "و {others} نفر دیگر به «{title}» پاسخ دادند"). `label` is (fa, en); without `outside`, mail goes after 10 minutes if
    the notice is still unseen.
    Raises ValueError for a second registration that differs.
    """
    made = NoticeKind(
        name,
        icon,
        fa[0],
        en[0],
        fa[1],
        en[1],
        label[0],
        label[1],
        {"mail": "soon"} if outside is None else dict(outside),
    )
    if _kinds.setdefault(name, made) != made:
        raise ValueError(f"notice kind {name} is registered twice")
    return made


def hush_when_gone(*subject_kinds: str) -> None:
    """Have notices about these, like "hangout.topic", lose their titles once `subjects_named` no longer names the subject.

    Only notices of the subject's own room: what another room tells an author about a hidden text keeps its title.
    """
    _hushed.update(subject_kinds)


def is_hushed_when_gone(notice: Notice) -> bool:
    """Return whether this notice loses its title with its subject's sight."""
    same_room = notice.kind.partition(".")[0] == notice.subject_kind.partition(".")[0]
    return same_room and notice.subject_kind in _hushed


def notice_kinds() -> dict[str, NoticeKind]:
    """Return every registered kind by name."""
    return dict(_kinds)


def words_of(notice: Notice, language: str) -> tuple[str, str]:
    """Return the icon and the sentence of a notice, without the actor; an unknown kind gets the bell and its title."""
    kind = _kinds.get(notice.kind)
    if kind is None:
        return "bell", notice.title
    several = notice.count > 1
    form = (kind.fa_many if several else kind.fa) if language == "fa" else (kind.en_many if several else kind.en)
    return kind.icon, form.replace("{others}", str(notice.count - 1)).replace("{title}", notice.title)
