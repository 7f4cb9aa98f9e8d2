"""Issues of before one could subscribe: their rows are of enrollments, some not sent yet."""

from pathlib import Path

import pytest
from sqlalchemy import text

from course.db.transactions import transaction
from emails.tokens import Purpose
from tests.course.newsletters.kit import announce, fan_out, got_it
from tests.support.world import World

MOVED = """
    UPDATE delivery SET subscription_id = NULL, enrollment_id =
        (SELECT e.id FROM enrollment e JOIN subscription s ON s.subscriber_id = e.subscriber_id
         WHERE s.id = delivery.subscription_id)
    WHERE kind = 'broadcast'
"""


@pytest.fixture
def half_sent(three: World, news: Path) -> World:
    """As the migration leaves it: written to the end, and waiting."""
    announce(three, news)
    fan_out(three)
    with transaction(three.runtime.engine) as session:
        session.execute(text(MOVED))
    return three


def test_they_go_out_once(half_sent: World) -> None:
    half_sent.settle()
    half_sent.settle()
    assert got_it(half_sent) == ["ada@example.org", "alan@example.org", "grace@example.org"]


def test_who_leaves_the_newsletter_gets_none(half_sent: World) -> None:
    pace = half_sent.link("/pace/", half_sent.letters()[-1])
    half_sent.press(f"{pace}/newsletters", newsletter="1", wanted="no")
    half_sent.settle()
    assert "ada@example.org" not in got_it(half_sent)


def test_who_leaves_the_course_alone_still_gets_it(half_sent: World) -> None:
    half_sent.press(half_sent.link("/u/", half_sent.letters()[-1]) + "/departure")
    half_sent.settle()
    assert "ada@example.org" in got_it(half_sent)


def test_their_link_ends_everything_as_it_said(half_sent: World) -> None:
    half_sent.settle()
    link = half_sent.link("/u/", half_sent.letters()[-1])
    token = link.rpartition("/")[2]
    assert half_sent.runtime.signer.purpose(token) is Purpose.LEAVE
    half_sent.press(link + "/departure")
    assert (half_sent.enrollment().state, half_sent.subscription().state) == ("left", "left")
