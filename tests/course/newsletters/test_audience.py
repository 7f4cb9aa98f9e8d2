"""Who gets an issue, and who does not."""

from datetime import timedelta
from pathlib import Path

from sqlmodel import Session, select, update

from course.db.transactions import reading, transaction
from course.models import (
    DeliveryState,
    Enrollment,
    Newsletter,
    Subscriber,
    Subscription,
    SubscriptionState,
)
from course.newsletters import audience
from course.outbox import deliveries
from tests.course.newsletters.kit import announce, fan_out, got_it, newsletters
from tests.support.world import World


def leave(world: World, address: str) -> None:
    """The newsletter alone, from the page of one's pace."""
    pace = world.link("/pace/", world.letters(address)[-1])
    world.press(f"{pace}/newsletters", newsletter="1", wanted="no")


def test_everybody_who_subscribes_gets_it_once(three: World, news: Path) -> None:
    announce(three, news)
    three.settle()
    three.settle()
    assert got_it(three) == ["ada@example.org", "alan@example.org", "grace@example.org"]


def test_who_is_in_no_course_gets_it(world: World, news: Path) -> None:
    world.subscribe("eve@example.org")
    announce(world, news)
    world.settle()
    assert got_it(world) == ["eve@example.org"]
    with reading(world.runtime.engine) as session:
        assert session.exec(select(Enrollment)).all() == []


def test_who_takes_the_course_alone_gets_none(three: World, news: Path) -> None:
    three.enroll("eve@example.org")
    announce(three, news)
    three.settle()
    assert "eve@example.org" not in got_it(three)


def test_who_does_not_want_it_has_no_row(three: World, news: Path) -> None:
    three.sign_up("eve@example.org", newsletter="evening-notes")  # and never confirms
    leave(three, "ada@example.org")
    announce(three, news)
    three.settle()
    assert got_it(three) == ["alan@example.org", "grace@example.org"]
    assert len(newsletters(three)) == 2


def test_an_issue_of_another_newsletter_reaches_its_own_subscribers(
    three: World, news: Path
) -> None:
    with transaction(three.runtime.engine) as session:
        another(session)
    announce(three, news)
    three.settle()
    assert len(got_it(three)) == 3


def another(session: Session) -> None:
    """Ada alone subscribes to a second one, which was never published."""
    other = Newsletter(slug="kindness", title="Kindness", course_id=1)
    session.add(other)
    session.flush()
    active = SubscriptionState.ACTIVE
    ada = session.exec(select(Subscriber.id).order_by(Subscriber.id)).first() or 0  # type: ignore[arg-type]
    session.add(Subscription(subscriber_id=ada, newsletter_id=other.id or 0, state=active))


def test_a_suppressed_address_has_no_row(three: World, news: Path) -> None:
    with transaction(three.runtime.engine) as session:
        deliveries.suppress(session, [1], three.clock.now())
    announce(three, news)
    three.settle()
    assert got_it(three) == ["alan@example.org", "grace@example.org"]


def test_it_is_counted_for_whom_it_is(three: World, news: Path) -> None:
    leave(three, "ada@example.org")
    with reading(three.runtime.engine) as session:
        assert audience.audience_size(session, 1) == 2
    announce(three, news)
    three.settle()
    assert len(got_it(three)) == 2


def test_who_leaves_after_the_rows_are_written_gets_nothing(three: World, news: Path) -> None:
    announce(three, news)
    fan_out(three)
    leave(three, "ada@example.org")
    with transaction(three.runtime.engine) as session:
        left = update(Subscription).where(Subscription.id == 2)  # type: ignore[arg-type]
        session.execute(left.values(state="left"))
    three.settle()
    assert got_it(three) == ["alan@example.org"]


def test_who_leaves_the_newsletter_still_gets_lessons(three: World, news: Path) -> None:
    announce(three, news)
    fan_out(three)
    leave(three, "ada@example.org")
    three.go(timedelta(days=7))
    assert "ada@example.org" not in got_it(three)
    assert newsletters(three)[0].state is DeliveryState.WITHDRAWN
    assert len(three.letters()) > 2, "the lesson has come"


def test_who_leaves_the_course_still_gets_the_newsletter(three: World, news: Path) -> None:
    three.press(three.link("/u/", three.letters()[-1]) + "/departure")
    announce(three, news)
    three.go(timedelta(days=7))
    assert "ada@example.org" in got_it(three)
    assert three.letters()[-1]["Subject"] == "A new course in spring", "no lesson comes"
