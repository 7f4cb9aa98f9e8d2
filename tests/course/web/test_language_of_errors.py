"""What is wrong with a form is said in the language of its page, whatever the browser asks for."""

from dataclasses import replace
from datetime import timedelta

import pytest

from course.authoring import newsletter_publishing, publishing
from course.authoring.compiling import Compilation
from course.authoring.newsletter_compiling import NewsletterCompilation
from course.db.transactions import transaction
from tests.security.kit import ON_SQLITE, lesson_link
from tests.support.prepared import Prepare
from tests.support.shipped import compiled, compiled_newsletter
from tests.support.world import FRIDAY, World


def _in_german(world: World) -> None:
    course, newsletter = compiled(), compiled_newsletter()
    sequence = replace(course.sequence, language="de", phrases="")
    german = replace(newsletter.newsletter, language="de", phrases="")
    with transaction(world.runtime.engine) as session:
        publishing.publish(session, Compilation(sequence, course.letters), FRIDAY)
        made = NewsletterCompilation(german, newsletter.letters)
        newsletter_publishing.publish(session, made, FRIDAY)
    world.enroll()
    world.go(timedelta(days=7))


@pytest.fixture
def german(prepare: Prepare) -> World:
    """The browser asks for English."""
    world = prepare(_in_german)
    world.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return world


@ON_SQLITE
@pytest.mark.parametrize("path", ["/courses/emotional-safety", "/newsletters/evening-notes"])
def test_on_a_page_to_sign_up_on(german: World, path: str) -> None:
    page = german.press(f"{path}/sign-ups", address="ada@example").text
    assert "Der Teil nach dem @ ist nicht vollständig." in page
    assert "The part after the @" not in page


@ON_SQLITE
def test_on_the_page_behind_a_lesson(german: World) -> None:
    page = german.press(lesson_link(german, "/reflect/"), text="").text
    assert "Diese Seite schreibt in dein Tagebuch" in page
    assert "There’s nothing here yet." not in page


@ON_SQLITE
def test_on_the_page_that_offers_a_weekly_time(german: World) -> None:
    view = german.path(lesson_link(german, "/letters/"))
    page = german.open(f"{view}/calendar.ics?weekday=9&at=20:00").text
    assert "Wähle einen Wochentag." in page
