"""Pages and letters lead back to the course or newsletter they are of, not to another's."""

import re
from pathlib import Path

import pytest
from sqlalchemy import update

from course.authoring.samples import sample
from course.db.transactions import transaction
from course.letters.makers import Context
from course.letters.placeholders import all_values
from course.models import DeliveryKind, Newsletter, Subscription
from emails.tokens import Purpose
from tests.course.letters.test_unprintable import add_another
from tests.course.newsletters.kit import NEWS, announce
from tests.security.kit import ON_SQLITE
from tests.support.prepared import Prepare
from tests.support.shipped import compiled
from tests.support.world import HTTPS, World

SHIPPED, ANOTHER = "/courses/emotional-safety", "/courses/another"
BRAND = re.compile(r'class="brand" href="([^"]+)"')


def two_courses(world: World) -> None:
    add_another(world)
    world.enroll()
    world.subscribe("grace@example.org")


@pytest.fixture
def two(prepare: Prepare) -> World:
    return prepare(two_courses)


def brand(world: World, url: str) -> str:
    found = BRAND.search(world.open(url).text)
    assert found is not None
    return found[1].removeprefix(HTTPS)


@ON_SQLITE
@pytest.mark.parametrize(
    ("wanted", "home", "other"),
    [("", "/", ANOTHER), ("another", SHIPPED, "/"), ("no-such", "/", ANOTHER)],
)
def test_a_page_leads_to_its_own_course(two: World, wanted: str, home: str, other: str) -> None:
    configured = {"home_course": wanted}
    two.runtime.settings = two.runtime.settings.model_copy(update=configured)
    assert brand(two, SHIPPED) == home
    assert brand(two, ANOTHER) == other
    assert brand(two, two.link("/pace/", two.letters()[1])) == home
    assert brand(two, "/newsletters/evening-notes") == "/newsletters/evening-notes"
    assert brand(two, "/no-such-page") == "/"


@ON_SQLITE
def test_a_newsletter_without_a_page_leads_to_its_course(two: World) -> None:
    with transaction(two.runtime.engine) as session:
        session.add(before := Newsletter(slug="before", title="Before", course_id=2))
        session.flush()
        session.execute(update(Subscription).values(newsletter_id=before.id))
    token = two.runtime.links.to(Purpose.PREFERENCES, 2, two.clock.now())
    assert brand(two, token) == ANOTHER


@ON_SQLITE
def test_what_went_wrong_leads_back_to_its_own_course(two: World) -> None:
    erase = two.runtime.links.to(Purpose.ERASE, 2, two.clock.now())
    assert 'href="https://letters.example.org/newsletters/evening-notes">Back' in (
        two.press(erase).text
    )


@ON_SQLITE
def test_a_letter_leads_to_an_address_that_stays(two: World, tmp_path: Path) -> None:
    """It is read in years, when the first page may be another course's."""
    (tmp_path / "news.md").write_text(NEWS)
    announce(two, tmp_path / "news.md")
    two.settle()
    assert f"{HTTPS}/newsletters/evening-notes" in two.links(two.letters("grace@example.org")[-1])
    now = two.clock.now()
    to = sample(DeliveryKind.LESSON, "listening", now)
    lesson = all_values(Context(two.runtime.links, to, compiled().sequence, now))
    assert lesson["home_url"] == HTTPS + SHIPPED
