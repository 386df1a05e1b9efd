"""A whole Stack Exchange dump: its folder, with names and comments beside the posts."""

import pytest

from patogh.hangout.importing import frame
from patogh.hangout.importing.stackexchange import StackExchange
from patogh.hangout.importing.tests.conftest import answer, question
from patogh.hangout.models import Post
from patogh.people.models import Member

pytestmark = pytest.mark.django_db


def test_comments_become_replies_to_the_post_they_stand_under(posts_xml):
    path = posts_xml(question(1), answer(2, 1))
    path.with_name("Comments.xml").write_text(
        '<comments>\n<row Id="5" PostId="2" Score="2" Text="Which *mill*?" CreationDate="2015-02-01T00:00:00" UserId="4"/>\n'
        '<row Id="6" PostId="99" Text="lost" CreationDate="2015-02-01T00:00:00" UserId="4"/>\n'
        '<row Id="7" PostId="1" Text="later" CreationDate="2999-02-01T00:00:00" UserId="4"/>\n</comments>'
    )
    path.with_name("Users.xml").write_text(
        '<users><row Id="4" DisplayName="Sara" AboutMe="&lt;p&gt;hi&lt;/p&gt;" Location="Shiraz"/></users>'
    )
    report = frame.bring_in(StackExchange(path.parent))
    comment = Post.objects.get(number=3)
    assert (comment.parent.number, comment.score, comment.author.name) == (2, 2, "Sara")
    assert (Member.objects.get(name="Sara").place, Member.objects.get(name="Sara").bio) == ("Shiraz", "hi")
    assert [row.why for row in report.skipped] == [
        "in Comments.xml: its post is not in the file",
        "in Comments.xml: its date is no date that has passed",
    ]
    assert sum(frame.bring_in(StackExchange(path)).new.values()) == 0
