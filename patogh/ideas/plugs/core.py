"""What the ideas plug in: the verbs of programmes, drafts and moves."""

from __future__ import annotations

from patogh.activity import verb
from patogh.ideas import tasks  # noqa: F401 - registers the clock

verb("ideas.programme_opened", type="Create", fa="فراخوان {subject} را باز کرد", en="opened the programme {subject}", visible="public")  # fmt: skip
verb("ideas.programme_edited", type="Update", fa="فراخوان {subject} را تازه کرد", en="changed the programme {subject}", visible="staff")  # fmt: skip
verb("ideas.programme_state_set", type="Update", fa="وضع فراخوان {subject} را عوض کرد", en="opened, paused or closed {subject}", visible="staff")  # fmt: skip
verb("ideas.rules_changed", type="Update", fa="قاعده‌های {subject} را عوض کرد", en="changed the rules of {subject}", visible="public")  # fmt: skip
verb(
    "ideas.category_put", type="Update", fa="دستهٔ {subject} را گذاشت", en="put the category {subject}", visible="staff"
)
verb("ideas.category_retired", type="Remove", fa="دستهٔ {subject} را برداشت", en="retired the category {subject}", visible="staff")  # fmt: skip
verb("ideas.threshold_turned", type="Update", fa="ایستگاه آخر {subject} تازه شد", en="the last station of {subject} was set", visible="public")  # fmt: skip
verb("ideas.clock_released", type="Update", fa="ساعت ایده‌ها را دوباره راه انداخت", en="let the clock of ideas go on", visible="staff")  # fmt: skip
verb(
    "ideas.draft_started",
    type="Create",
    fa="پیش‌نویس ایده‌ای را شروع کرد",
    en="began a draft of an idea",
    visible="staff",
)
verb("ideas.draft_discarded", type="Delete", fa="پیش‌نویس ایده‌ای را دور انداخت", en="threw away a draft of an idea", visible="staff")  # fmt: skip
verb("ideas.idea_tried_again", type="Create", fa="ایدهٔ {target} را از نو شروع کرد", en="began the idea {target} anew", visible="staff")  # fmt: skip
verb(
    "ideas.idea_edited",
    type="Update",
    fa="ایدهٔ {subject} را ویرایش کرد",
    en="edited the idea {subject}",
    visible="public",
)
verb(
    "ideas.idea_submitted",
    type="Offer",
    fa="ایدهٔ {subject} را فرستاد",
    en="submitted the idea {subject}",
    visible="staff",
)
verb("ideas.idea_recalled", type="Undo", fa="ایدهٔ {subject} را از صف برداشت", en="took {subject} back from the queue", visible="staff")  # fmt: skip
verb("ideas.idea_returned", type="Reject", fa="ایدهٔ {subject} را با دلیل برگرداند", en="returned {subject} with a reason", visible="staff")  # fmt: skip
verb("ideas.idea_published", type="Announce", fa="ایدهٔ {subject} را منتشر کرد", en="published the idea {subject}", visible="public")  # fmt: skip
verb("ideas.idea_station_passed", type="Arrive", fa="ایدهٔ {subject} به ایستگاهی رسید", en="the idea {subject} reached a station", visible="public")  # fmt: skip
verb("ideas.idea_qualified", type="Arrive", fa="ایدهٔ {subject} به بررسی رسید", en="the idea {subject} goes to the board", visible="public")  # fmt: skip
verb(
    "ideas.idea_expired",
    type="Leave",
    fa="مهلت ایدهٔ {subject} تمام شد",
    en="the time of {subject} is over",
    visible="public",
)
verb(
    "ideas.idea_approved",
    type="Accept",
    fa="ایدهٔ {subject} پذیرفته شد",
    en="approved the idea {subject}",
    visible="public",
)
verb("ideas.idea_declined", type="Reject", fa="ایدهٔ {subject} پذیرفته نشد", en="did not approve the idea {subject}", visible="public")  # fmt: skip
verb("ideas.idea_carried_over", type="Move", fa="ایدهٔ {subject} به نوبت بعد رفت", en="carried {subject} over to the next batch", visible="public")  # fmt: skip
verb("ideas.idea_taken_up", type="Move", fa="بررسی ایدهٔ {subject} از سر گرفته شد", en="{subject} is in review again", visible="public")  # fmt: skip
verb("ideas.idea_developed", type="Update", fa="ساخت {subject} شروع شد", en="{subject} is being made", visible="public")
verb("ideas.idea_released", type="Announce", fa="{subject} به فروش رسید", en="{subject} is on sale", visible="public")
verb("ideas.idea_making_stopped", type="Remove", fa="ساخت {subject} کنار گذاشته شد", en="{subject} will not be made", visible="public")  # fmt: skip
verb(
    "ideas.idea_archived",
    type="Remove",
    fa="ایدهٔ {subject} کنار گذاشته شد",
    en="archived the idea {subject}",
    visible="public",
)
verb("ideas.idea_unarchived", type="Undo", fa="ایدهٔ {subject} دوباره به راه افتاد", en="the idea {subject} gathers again", visible="public")  # fmt: skip
verb(
    "ideas.idea_withdrawn",
    type="Undo",
    fa="ایدهٔ {subject} را پس گرفت",
    en="withdrew the idea {subject}",
    visible="public",
)
verb("ideas.idea_merged", type="Move", fa="ایدهٔ {subject} در ایدهٔ دیگری ادغام شد", en="merged {subject} into another idea", visible="public")  # fmt: skip
verb(
    "ideas.idea_unmerged",
    type="Undo",
    fa="ادغام ایدهٔ {subject} برگشت",
    en="took the merger of {subject} back",
    visible="public",
)
