"""The whole life of a subscriber, from the landing page to the last letter and out of the door.

The browser's twin of this is tests/browser/test_story.py.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.support import worlds
from tests.support.message_rules import check_message
from tests.support.servers import Mailroom
from tests.support.world import World

LESSONS = [
    "judgment-free-zone",
    "validate-feelings",
    "check-ins",
    "repair",
    "everyday-affection",
]
WEEK, DAY = timedelta(days=7), timedelta(days=1)


def test_a_subscriber_lives_through_the_whole_course(world: World) -> None:
    ada_signs_up_and_confirms(world)
    for number, _lesson in enumerate(LESSONS, start=1):
        ada_gets_a_lesson_and_answers_it(world, number)
    ada_gets_the_closing_letter_with_her_own_words(world)
    ada_reads_her_journal(world)
    ada_begins_again_pauses_and_leaves(world)


def test_the_same_story_over_a_real_mail_server(
    database_url: str, tmp_path: Path, smtp: tuple[str, Mailroom]
) -> None:
    url, mailroom = smtp
    world = worlds.make(database_url, tmp_path, mail_url=url)
    world.mailroom = mailroom
    test_a_subscriber_lives_through_the_whole_course(world)
    for raw in world.raw():
        check_message(raw)


def ada_signs_up_and_confirms(world: World) -> None:
    assert "sampler" in world.open("/").get_data(as_text=True)
    answer = world.sign_up()
    assert answer.status_code == 303
    confirmation = world.letters()[-1]
    link = world.link("/confirm/", confirmation)
    assert world.open(link).status_code == 200
    assert len(world.letters()) == 1, "an opened link confirms nothing"
    assert "Tuesday, December\xa08 at 7:30\xa0PM" in world.press(link).get_data(as_text=True)
    world.settle()
    sampler = world.letters()[-1]
    assert world.open(world.link("/sampler/", sampler)).status_code == 200


def ada_gets_a_lesson_and_answers_it(world: World, number: int) -> None:
    before = len(world.letters())
    world.go(datetime(2026, 12, 8, 18, 30, tzinfo=UTC) + (number - 1) * WEEK)
    assert len(world.letters()) == before + 1, "one letter a week, and no nudge for who wrote"
    lesson = world.letters()[-1]
    reflect = world.link("/reflect/", lesson)
    assert f"Step {number} of 5" in world.open(reflect).get_data(as_text=True)
    saved = world.press(reflect, text=f"What I think of week {number}.")
    assert saved.status_code == 303


def ada_gets_the_closing_letter_with_her_own_words(world: World) -> None:
    world.go(WEEK)
    closing = world.text(world.letters()[-1])
    assert all(f"What I think of week {number}." in closing for number in range(1, 6))
    before = len(world.letters())
    world.go(8 * WEEK)
    assert len(world.letters()) == before, "after the closing letter nothing more comes"


def ada_reads_her_journal(world: World) -> None:
    world.press("/journal/link", address="ada@example.org")
    world.settle()
    key = world.link("/journal/open/", world.letters()[-1])
    world.open(key)
    assert world.open("/journal").status_code == 303, "opening the link does not open the journal"
    world.press(key)
    journal = world.open("/journal").get_data(as_text=True)
    assert all(f"What I think of week {number}." in journal for number in range(1, 6))
    assert "What I think of week 5." in world.open("/journal/export.md").get_data(as_text=True)


def ada_begins_again_pauses_and_leaves(world: World) -> None:
    pace = world.link("/pace/", world.letters()[-2])
    world.press(f"{pace}/restart")
    world.go(WEEK)
    assert "/reflect/" in world.text(world.letters()[-1])
    world.press(f"{pace}/pause", length="open")
    before = len(world.letters())
    world.go(20 * WEEK)
    assert len(world.letters()) == before
    world.press(f"{pace}/resumption")
    world.go(WEEK)
    assert len(world.letters()) == before + 1
    one_click = world.letters()[-1]["List-Unsubscribe"].split(">")[0].strip("<")
    answer = world.client.post(world.path(one_click), data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    world.go(20 * WEEK)
    assert len(world.letters()) == before + 1
