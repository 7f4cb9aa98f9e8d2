"""A newsletter is announced once, and the operator is told where nobody writes it."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import update

from course.db.transactions import transaction
from course.models import Broadcast
from course.newsletters.announcing import AlreadyAnnounced
from course.operations.doctor.deliveries import check_deliveries
from tests.course.newsletters.kit import NEWS, announce, fan_out
from tests.support.world import FRIDAY, World


def told(world: World) -> str:
    found = check_deliveries(world.runtime)
    return "\n".join(f"{one.level} {one.words}" for one in found if one.part == "newsletters")


@pytest.mark.parametrize("size", [0, 2], ids=["not begun", "half written"])
def test_one_that_is_not_written_for_an_hour_is_told(three: World, news: Path, size: int) -> None:
    announce(three, news)
    if size:
        fan_out(three, size=size)
    three.clock.at += timedelta(minutes=59)
    assert told(three) == ""
    three.clock.at += timedelta(minutes=3)
    assert "trouble newsletter 1 should have been written for 1 hour" in told(three)
    three.settle()
    assert told(three) == ""


def test_one_whose_hour_was_over_when_it_was_made_has_an_hour_too(three: World, news: Path) -> None:
    announce(three, news)
    with transaction(three.runtime.engine) as session:
        session.execute(update(Broadcast).values(due_at=FRIDAY - timedelta(days=2)))
    assert told(three) == ""


def test_the_same_letter_is_not_announced_twice(three: World, news: Path) -> None:
    announce(three, news)
    with pytest.raises(AlreadyAnnounced):
        announce(three, news)
    news.write_text(NEWS.replace("anew", "once more"))
    assert announce(three, news).id == 2
