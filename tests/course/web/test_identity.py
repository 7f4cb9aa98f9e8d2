"""Pages show what their author said about themselves, and nothing that the author didn't say."""

from dataclasses import replace
from typing import Any

import pytest

from course.authoring import publishing
from course.authoring.compiling import Compilation
from course.db.transactions import transaction
from course.web.brand import svg
from sequences.identity import ANONYMOUS, Care, Identity, Imprint, Signature
from tests.security.kit import ON_SQLITE
from tests.support.prepared import Prepare
from tests.support.shipped import compiled
from tests.support.world import World

MIRA = Identity(
    signature=Signature("Mira Lang", about=("Mira has taught for twelve years.",)),
    imprint=Imprint(
        ("12 Quiet Lane", "50674 Köln"), "DE", "https://a.example/i", "https://a.example/p"
    ),
    care=Care("Slowly, please.", "Someone to talk to", "https://help.example/"),
)


@pytest.fixture
def ada(prepare: Prepare) -> World:
    return prepare(World.enroll)


def publish(world: World, **changes: Any) -> None:
    made = compiled()
    course = Compilation(replace(made.sequence, **changes), made.letters)
    with transaction(world.runtime.engine) as session:
        publishing.publish(session, course, world.clock.now())


def landing(world: World) -> str:
    return world.client.get("/courses/emotional-safety").text


@ON_SQLITE
def test_a_page_says_who_writes_and_who_answers_for_it(ada: World) -> None:
    publish(ada, identity=MIRA)
    page = landing(ada)
    for words in ("Who writes", "<strong>Mira Lang</strong>", "Mira has taught",
                  "12 Quiet Lane · 50674 Köln · Germany", "Slowly, please.",
                  "https://help.example/"):  # fmt: skip
        assert words in page
    assert 'href="https://a.example/i" rel="noopener noreferrer">Legal notice' in page
    assert 'href="https://a.example/p" rel="noopener noreferrer">Privacy' in page


@ON_SQLITE
def test_what_an_author_leaves_out_no_page_says(ada: World) -> None:
    publish(ada, identity=ANONYMOUS)
    page = landing(ada)
    for words in ("Who writes", "<address", "Legal notice", "Privacy", "substitute"):
        assert words not in page


@ON_SQLITE
@pytest.mark.parametrize("mark", ["steps", "none"])
def test_only_a_course_of_stones_has_a_house(ada: World, mark: str) -> None:
    assert 'class="house' in landing(ada)
    publish(ada, mark=mark)
    pages = landing(ada) + ada.open(ada.link("/pace/", ada.letters()[1])).text
    assert 'class="house' not in pages
    assert "stone that" not in pages
    assert "lays a stone" not in pages


@ON_SQLITE
def test_a_course_that_asks_nothing_has_no_journal_on_its_pages(ada: World) -> None:
    letter = ada.letters()[1]
    lessons = tuple(replace(lesson, prompt=None) for lesson in compiled().sequence.lessons)
    publish(ada, lessons=lessons)
    for page in (landing(ada), ada.open(ada.link("/pace/", letter)).text,
                 ada.open(ada.link("/u/", letter)).text):  # fmt: skip
        assert "journal" not in page.partition("<main")[2].lower()


@ON_SQLITE
@pytest.mark.parametrize(
    ("page", "brand"),
    [
        ("/courses/emotional-safety", "courses/emotional-safety"),
        ("/newsletters/evening-notes", "newsletters/evening-notes"),
    ],
)
def test_the_tab_and_the_page_have_the_brand_s_own_colours(
    ada: World, page: str, brand: str
) -> None:
    blue = replace(compiled().sequence.brand, accent="#224488", accent_dark="#88AAEE")
    publish(ada, brand=blue)
    html = ada.open(page).text
    for ending, kind in (("svg", "image/svg+xml"), ("css", "text/css")):
        assert f'href="/brand/{brand}.{ending}"' in html
        answer = ada.open(f"/brand/{brand}.{ending}")
        assert (answer.mimetype, answer.cache_control.max_age) == (kind, 300)
        assert ("#224488" in answer.text and "#88AAEE" in answer.text) is brand.startswith("c")
    assert "unsafe-inline" not in answer.headers["Content-Security-Policy"]


def test_only_colours_get_into_a_brand_s_icon() -> None:
    icon = svg(replace(compiled().sequence.brand, accent='"/><script/>'))
    assert "<script" not in icon
    assert 'fill="#9c4a2f"' in icon
