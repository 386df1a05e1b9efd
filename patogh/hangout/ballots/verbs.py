"""What can happen to a poll in the book. Enrolling and voting are for staff only: their times would tell whose key is whose."""

from patogh.activity import verb

verb(
    "hangout.poll_terms_set",
    type="Update",
    fa="گفت که در نظرسنجی {subject} چه کسی و کی رأی بدهد",
    en="said who votes in {subject} and when",
    visible="staff",
)
verb(
    "hangout.poll_joined",
    type="Join",
    fa="نامش را برای رأی در {subject} نوشت",
    en="enrolled to vote in {subject}",
    visible="staff",
)
verb(
    "hangout.poll_started",
    type="Question",
    fa="رأی‌گیری {subject} را آغاز کرد",
    en="let the vote in {subject} begin",
    visible="public",
)
verb(
    "hangout.ballot_cast",
    type="Question",
    fa="برگهٔ رأی سربستهٔ خود را در {subject} داد",
    en="cast a sealed ballot in {subject}",
    visible="staff",
)
verb(
    "hangout.poll_closed",
    type="Update",
    fa="رأی‌گیری {subject} را بست",
    en="closed the vote in {subject}",
    visible="public",
)
verb(
    "hangout.ballot_opened",
    type="Update",
    fa="برگهٔ رأی خود را در {subject} باز کرد",
    en="opened a sealed ballot in {subject}",
    visible="staff",
)
