"""What the codes of this room are called on pages."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

FLAG_REASONS: Final = {
    "off_topic": (_("It is beside the subject"), _("It does not belong here, or somebody should move it.")),
    "inappropriate": (_("It hurts or insults"), _("It attacks people, or no reasonable person would say it here.")),
    "spam": (_("It advertises"), _("It sells something or leads somewhere, and helps nobody here.")),
    "illegal": (_("It is against the law"), _("Stolen data, threats, or what nobody may publish.")),
    "minor_safety": (_("A child may be in danger"), _("Moderators see this before everything else.")),
    "needs_moderator": (_("Something else for a moderator"), _("Say in a few words what it is.")),
}
KINDS: Final = {
    "flags": _("Reported"), "held": _("Held text"), "edit": _("Held change"), "sign_up": _("New account"), "age": _("Age"), "appeal": _("Appeal"),
}  # fmt: skip
KIND_ICONS: Final = {
    "flags": "flag", "held": "hourglass", "edit": "pencil", "sign_up": "user-plus", "age": "sprout", "appeal": "message-circle-question-mark",
}  # fmt: skip
REASONS: Final = {
    "off_topic": _("beside the subject"), "insult": _("insult"), "sexual": _("sexual content"), "spam": _("advertising"), "scam": _("fraud"),
    "illegal": _("against the law"), "privacy": _("somebody’s private matters"), "minor_safety": _("safety of minors"),
    "flags": _("weight of reports"), "harmless": _("harmless"), "other": _("another reason"),
}  # fmt: skip
WHATS: Final = {
    "approve": _("It is fine"), "hide": _("Hide it"), "edit": _("Correct it"), "delete": _("Take it away"), "none": _("Leave it as it is"),
}  # fmt: skip
WHAT_HELPS: Final = {
    "flags": {
        "approve": _("It stays, or comes back; those who reported it hear so."),
        "hide": _("Only its author and moderators read it."),
        "edit": _("Your text takes its place; the old one stays in the history."),
        "delete": _("It goes to the trash."),
        "none": _("Nothing changes, and the reports are closed."),
    },
    "held": {
        "approve": _("It appears now, under its author’s name."),
        "edit": _("It appears with your corrections."),
        "delete": _("It does not appear; its author reads why."),
    },
    "sign_up": {"approve": _("The account may write from now on."), "delete": _("The account goes on only reading.")},
    "age": {"approve": _("The new age band holds."), "delete": _("The old one stays.")},
}  # fmt: skip
DONE: Final = {
    "approve": _("found fine"), "hide": _("hidden"), "edit": _("corrected"), "delete": _("taken away"), "none": _("left as it is"),
}  # fmt: skip
SANCTIONS: Final = {
    "": _("Nothing for the member"), "warning": _("A warning"), "silence": _("Silence: may read, not write"),
    "suspension": _("Suspension: may not come in"),
}  # fmt: skip
SANCTIONS_DONE: Final = {"": "", "warning": _("warned"), "silence": _("silenced"), "suspension": _("suspended")}
SANCTION_NAMES: Final = {"warning": _("Warning"), "silence": _("Silence"), "suspension": _("Suspension")}
DAYS: Final = [(1, _("one day")), (3, _("three days")), (7, _("a week")), (30, _("a month")), (365, _("a year"))]
LEVELS: Final = {0: _("newcomer"), 1: _("known"), 2: _("regular"), 3: _("trusted"), 4: _("elder")}
OUTCOMES: Final = {
    "": _("open"),
    "agreed": _("a moderator agreed"),
    "disagreed": _("a moderator saw it otherwise"),
    "ignored": _("closed"),
}
CATEGORIES: Final = {
    "insult": _("insult"),
    "sexual": _("sexual content"),
    "selling": _("advertising"),
    "scam": _("fraud"),
}
GROUPS: Final = {
    "tl1": _("What makes a newcomer known"), "tl2": _("What makes a regular"), "tl3": _("What makes a trusted member"),
    "new": _("What new accounts may do"), "day": _("What everybody may do in a day"), "signals": _("What is held for a look"),
    "flags": _("What reports do"), "people": _("Young members"), "review": _("What a moderator reads first"),
}  # fmt: skip
CHOICES: Final = {
    "never": _("never"), "signal": _("where something is noticed"), "suspicious": _("where something is noticed"), "all": _("all of them"),
    "newcomers": _("of newcomers"), "everybody": _("of everybody"),
}  # fmt: skip
TASKS: Final = {
    "topics_entered": _("conversations opened"), "posts_read": _("posts read"), "minutes_read": _("minutes of reading"),
    "days_visited": _("days here"), "words_given": _("words for others’ posts"), "words_received": _("words from others"),
    "topics_replied": _("conversations answered in"), "topics_entered_lately": _("conversations opened, in 100 days"),
    "posts_read_lately": _("posts read, in 100 days"), "posts_flagged": _("posts found at fault, at most"),
}  # fmt: skip
AGE_BANDS: Final = {
    "under16": _("under 16"),
    "16to17": _("16 or 17"),
    "adult": _("18 or over"),
    "": _("I would rather not say"),
}
