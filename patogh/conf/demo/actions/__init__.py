"""Writing the demo: the only writers of this package."""

from patogh.conf.demo.actions.booked import write_book
from patogh.conf.demo.actions.hanging import hang_pictures
from patogh.conf.demo.actions.hooked import hook_up
from patogh.conf.demo.actions.house import furnish
from patogh.conf.demo.actions.mine import merge_repeated, settle_in
from patogh.conf.demo.actions.moderated import write_moderation
from patogh.conf.demo.actions.reached import reach_out
from patogh.conf.demo.actions.rows import hurried
from patogh.conf.demo.actions.standing import give_standing
from patogh.conf.demo.actions.talk import Talk, write_giant, write_topics
from patogh.conf.demo.actions.told import tell
from patogh.conf.demo.actions.waiting import leave_waiting

__all__ = [
    "Talk",
    "furnish",
    "give_standing",
    "hang_pictures",
    "hook_up",
    "hurried",
    "leave_waiting",
    "merge_repeated",
    "reach_out",
    "settle_in",
    "tell",
    "write_book",
    "write_giant",
    "write_moderation",
    "write_topics",
]
