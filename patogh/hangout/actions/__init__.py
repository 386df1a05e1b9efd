"""The verbs of the hangout: the only writers of its rows."""

from patogh.hangout.actions.decisions import (
    close_topic,
    merge_topics,
    move_topic,
    pin_topic,
    promise,
    reopen_topic,
    restore_topic,
    settle_promise,
    trash_topic,
    undo_merge,
    unpin_topic,
)
from patogh.hangout.actions.hiding import hide_post, unhide_post
from patogh.hangout.actions.mine import (
    bookmark,
    discard_draft,
    follow,
    forget_bookmark,
    mark_read,
    save_draft,
    unfollow,
)
from patogh.hangout.actions.pictures import describe_picture, drop_picture, take_picture
from patogh.hangout.actions.posts import PostEdit, edit_post, restore_post, trash_post
from patogh.hangout.actions.reactions import accept_answer, react, unreact, vote_in_poll, withdraw_acceptance
from patogh.hangout.actions.replying import NewReply, reply, reply_to
from patogh.hangout.actions.spaces import SpaceFacts, edit_space, let_in, open_space, show_out
from patogh.hangout.actions.spreading import spread_notices
from patogh.hangout.actions.topics import TopicEdit, edit_topic, open_topic
from patogh.hangout.actions.writing import NewPoll, NewTopic, tag_key

__all__ = [
    "NewPoll", "NewReply", "NewTopic", "PostEdit", "SpaceFacts", "TopicEdit", "accept_answer", "bookmark", "close_topic", "describe_picture",
    "discard_draft", "drop_picture", "edit_post", "edit_space", "edit_topic", "follow", "forget_bookmark", "hide_post", "let_in", "mark_read",
    "merge_topics", "move_topic", "open_space", "open_topic", "pin_topic", "promise", "react", "reopen_topic", "reply", "reply_to", "restore_post",
    "restore_topic", "save_draft", "settle_promise", "show_out", "spread_notices", "tag_key", "take_picture", "trash_post", "trash_topic",
    "undo_merge", "unfollow", "unhide_post", "unpin_topic", "unreact", "vote_in_poll", "withdraw_acceptance",
]  # fmt: skip
