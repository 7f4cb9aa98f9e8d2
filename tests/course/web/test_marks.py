"""How pages show where a reader stands: stones, steps or words, as the course's author wants it."""

from dataclasses import replace

import pytest

from course.authoring import publishing
from course.db.transactions import transaction
from sequences.identity import Care, Identity, Imprint, Mark
from tests.support.shipped import compiled
from tests.support.world import World


def publish(world: World, **changes: object) -> None:
    made = compiled()
    course = replace(made.sequence, **changes)  # type: ignore[arg-type]
    with transaction(world.runtime.engine) as session:
        publishing.publish(session, replace(made, sequence=course), world.clock.at)


@pytest.mark.parametrize(("mark", "houses"), [("stones", True), ("steps", False), ("none", False)])
def test_a_house_stands_only_on_stones(world: World, mark: Mark, houses: bool) -> None:
    publish(world, mark=mark)
    landing = world.open("/").text
    assert ('class="house' in landing, "lays a stone" in landing) == (houses, houses)


def test_its_stones_are_as_many_as_the_course_has_lessons(world: World) -> None:
    publish(world, lessons=compiled().sequence.lessons[:3])
    page = world.open("/courses/emotional-safety/check-your-mail").text
    assert "that are laid: 0 of 3." in page


def test_a_page_s_foot_is_its_author_s(world: World) -> None:
    who = Identity(
        imprint=Imprint(("Lindenstraße 12",), "DE", "https://a.example/i", "https://a.example/p"),
        care=Care("Look after yourself.", "Where help is", "https://a.example/help"),
    )
    publish(world, identity=who)
    page = world.open("/").text
    foot = ("Lindenstraße 12 · Germany", "/i", "/p", "Look after yourself.", "a.example/help")
    assert all(words in page for words in foot)


def test_a_course_that_says_nothing_of_care_has_no_note(world: World) -> None:
    publish(world, identity=Identity())
    page = world.open("/").text
    assert "professional help" not in page
    assert "<address" not in page
