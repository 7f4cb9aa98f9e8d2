"""Three authors on one installation, each with a name, a sender, an imprint and a language.

The shipped course, a German one of three lessons and two letters a week, and an Arabic newsletter
for readers who are in no course: in a real browser, over a real mail server.
"""

import shutil
from collections.abc import Iterator
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from course.authoring import compiling, newsletter_compiling, newsletter_publishing, publishing
from course.db.transactions import transaction
from course.letters import newsletter_editions
from course.newsletters import announcing, composing
from course.operations import time_machine
from tests.browser import drawn
from tests.browser.barriers import bring_axe
from tests.browser.downloads import prints_the_sampler, sets_aside_half_an_hour
from tests.browser.identities import (
    is_the_choir_s,
    is_the_practice_s,
    looks_arabic,
    looks_german,
)
from tests.support import worlds
from tests.support.served import served
from tests.support.servers import Mailroom, free_port
from tests.support.world import World

pytestmark = pytest.mark.browser

BERLIN = ZoneInfo("Europe/Berlin")
JANA, NOUR, ZOE = "jana@example.org", "nour@example.org", "zoe@example.org"

WINTER, SPRING, SUMMER = "الشتاء", "الربيع", "الصيف"

RED = "rgb(163, 39, 27)"  # what is wrong, in a course whose colour is green, too

AUTHORS = Path(__file__).parent / "authors"


@pytest.fixture(scope="module")
def german(tmp_path_factory: pytest.TempPathFactory) -> compiling.Compilation:
    folder = tmp_path_factory.mktemp("courses") / "drei-atemzuege"
    shutil.copytree(AUTHORS / "drei-atemzuege", folder)
    drawn.draw(folder / "pictures")
    return compiling.compile_course(folder)


@pytest.fixture
def world(
    database_url: str,
    tmp_path: Path,
    smtp: tuple[str, Mailroom],
    german: compiling.Compilation,
) -> Iterator[World]:
    port = free_port()
    url = f"http://localhost:{port}"
    made = worlds.make(database_url, tmp_path, mail_url=smtp[0], base_url=url)
    made.mailroom = smtp[1]
    arabic = newsletter_compiling.compile_newsletter(AUTHORS / "rasail-aljawqa")
    with transaction(made.runtime.engine) as session:
        publishing.publish(session, german, made.clock.at)
        newsletter_publishing.publish(session, arabic, made.clock.at)
    with served(made, port):
        yield made
    made.runtime.engine.dispose()


def test_each_reader_meets_their_author_alone(world: World, page: Page) -> None:
    bring_axe(page)
    jana_takes_the_german_course(world, page)
    nour_reads_the_choir_s_letters_and_is_in_no_course(world, page)
    zoe_leaves_one_of_two_and_keeps_the_other(world)


def jana_takes_the_german_course(world: World, page: Page) -> None:
    signs_up(world, page, "/courses/drei-atemzuege", JANA, "Jana")
    page.goto(world.link("/sampler/", world.letters(JANA)[-1]).removesuffix(".pdf"))
    prints_the_sampler(page)
    lessons = [reads_a_lesson(world, page, number) for number in (1, 2, 3)]
    days = [lesson["Date"].datetime.astimezone(BERLIN) for lesson in lessons]
    assert [f"{day:%a %H:%M}" for day in days] == ["Mon 06:45", "Thu 06:45", "Mon 06:45"]
    page.goto(world.link("/calendar", lessons[1]))
    sets_aside_half_an_hour(page)
    opens_her_diary(world, page)
    leaves_by_her_newest_letter(world, page)
    for letter in world.letters(JANA):
        is_the_practice_s(letter)


def signs_up(world: World, page: Page, path: str, address: str, name: str) -> None:
    page.goto(world.runtime.settings.base_url + path)
    looks_german(page)
    fills_in(page, "jana@example", name)
    expect(page.locator(".error").first).to_have_css("color", RED)
    looks_german(page)
    fills_in(page, address, name)
    page.wait_for_url("**/check-your-mail")
    looks_german(page)
    world.settle()
    page.goto(world.link("/confirm/", world.letters(address)[-1]))
    looks_german(page)
    page.locator("main form button").click()
    expect(page.locator("h1")).to_have_text("Schön, dass du da bist")
    looks_german(page)
    world.settle()


def fills_in(page: Page, address: str, name: str) -> None:
    page.locator("input[type=email]").fill(address)
    page.locator("input[name=first_name]").fill(name)
    page.locator("form button").first.click()


def reads_a_lesson(world: World, page: Page, number: int) -> EmailMessage:
    """And answers it, so that no nudge comes; the picture is there, in the letter's own page."""
    before = len(world.letters(JANA))
    world.go(upcoming(world))
    assert len(world.letters(JANA)) == before + 1
    lesson = world.letters(JANA)[-1]
    page.goto(world.link("/letters/", lesson).removesuffix("/calendar"))
    looks_german(page)
    picture = page.locator("main img[alt^=Ein], main img[alt^=Zwei]")
    assert picture.evaluate("image => image.naturalWidth") == 1104
    page.goto(world.link("/reflect/", lesson))
    looks_german(page)
    page.locator("textarea").fill(f"Am {number}. Morgen: die Müllabfuhr, und dann nichts.")
    page.locator("main form button").first.click()
    page.wait_for_url("**/saved")
    looks_german(page)
    return lesson


def opens_her_diary(world: World, page: Page) -> None:
    page.goto(world.runtime.settings.base_url + "/journal")
    page.locator("input[type=email]").fill(JANA)
    page.locator("main form button").click()
    world.settle()
    page.goto(world.link("/journal/open/", world.letters(JANA)[-1]))
    looks_german(page)
    page.locator("main form button").click()
    expect(page.get_by_text("Am 3. Morgen: die Müllabfuhr")).to_be_visible()
    looks_german(page)


def leaves_by_her_newest_letter(world: World, page: Page) -> None:
    closing = world.letters(JANA)[-2]
    page.goto(world.link("/pace/", closing))
    looks_german(page)
    page.goto(world.link("/u/", closing))
    looks_german(page)
    page.locator("main form button").click()
    looks_german(page)


def nour_reads_the_choir_s_letters_and_is_in_no_course(world: World, page: Page) -> None:
    page.goto(world.runtime.settings.base_url + "/newsletters/rasail-aljawqa")
    looks_arabic(page)
    fills_in(page, NOUR, "نور")
    looks_arabic(page)
    world.settle()
    page.goto(world.link("/confirm/", world.letters(NOUR)[-1]))
    looks_arabic(page)
    page.locator("main form button").click()
    looks_arabic(page)
    subscribes(world, ZOE)
    goes_out(world, WINTER)
    issue = world.letters(NOUR)[-1]
    is_the_choir_s(issue)
    page.goto(world.link("/letters/", issue))
    looks_arabic(page)
    page.goto(world.link("/u/", issue))
    page.locator("main form button").first.click()
    looks_arabic(page)
    before = len(world.letters(NOUR))
    goes_out(world, SPRING)
    assert len(world.letters(NOUR)) == before


def zoe_leaves_one_of_two_and_keeps_the_other(world: World) -> None:
    """One click in the choir's letter; her lessons go on."""
    world.enroll(ZOE)
    issue = next(mail for mail in world.letters(ZOE) if SPRING in mail["Subject"])
    one_click = issue["List-Unsubscribe"].split(">")[0].strip("<")
    world.client.post(world.path(one_click), data={"List-Unsubscribe": "One-Click"})
    goes_out(world, SUMMER)
    assert not [mail for mail in world.letters(ZOE) if SUMMER in mail["Subject"]]
    world.go(upcoming(world))
    lesson = world.letters(ZOE)[-1]
    assert lesson["Subject"] == "Hear it first, answer it later"
    assert lesson["From"] == "CNT <letters@example.org>"


def subscribes(world: World, address: str) -> None:
    world.press("/newsletters/rasail-aljawqa/sign-ups", address=address)
    world.settle()
    world.press(world.link("/confirm/", world.letters(address)[-1]))


def goes_out(world: World, season: str) -> None:
    """An issue, to whoever subscribes by then."""
    path = world.runtime.settings.state / "risala.md"
    path.write_text((AUTHORS / "risala.md").read_text().replace("الشتاء", season))
    with transaction(world.runtime.engine) as session:
        edition = newsletter_editions.by_slug(session, "rasail-aljawqa")
        issue = composing.compose(path, edition.newsletter)
        announcing.announce(session, edition, issue, world.clock.at)
    world.settle()


def upcoming(world: World) -> datetime:
    """When the time machine would stop next."""
    moment = time_machine.next_moment(world.runtime)
    assert moment is not None
    return moment
