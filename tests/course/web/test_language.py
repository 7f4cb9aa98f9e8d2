"""Everything that a page says can be said in another language."""

import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from course.authoring import compiling, publishing
from course.db.transactions import transaction
from course.i18n import catalogs, dates, zones
from course.i18n.catalogs import catalog_of
from course.models import Course, CourseState
from emails.tokens import Purpose
from tests.security.kit import ON_SQLITE, lesson_link
from tests.support import pseudo_language
from tests.support.shipped import COURSE
from tests.support.world import FRIDAY, World

WEEK = timedelta(days=7)
GERMAN = {"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}


@pytest.fixture
def german(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """The shipped course as one in German, which says each of our sentences between ⟦ and ⟧."""
    (tmp_path / "locale").mkdir()
    pseudo_language.write(tmp_path / "locale", "de")
    monkeypatch.setattr(catalogs, "FOLDER", tmp_path / "locale")
    _forget()
    course = shutil.copytree(COURSE, tmp_path / "courses" / "emotional-safety")
    plan = course / "sequence.toml"
    plan.write_text(plan.read_text().replace('language = "en-US"', 'language = "de"'))
    (course / "phrases.po").unlink()
    with transaction(world.runtime.engine) as session:
        publishing.publish(session, compiling.compile_course(course), FRIDAY)
    yield world
    monkeypatch.undo()
    _forget()


@ON_SQLITE
def test_no_page_says_anything_past_its_catalog(german: World) -> None:
    catalog = catalog_of("de")
    known = {name for region, places in zones.by_region(catalog) for _, name, _ in places}
    known |= {region for region, _ in zones.by_region(catalog)} | set(dates.weekdays(catalog))
    known |= {"UTC", "CNT", "Emotional Safety in Five Steps", *_titles()}
    for name, page in _pages(german):
        assert list(pseudo_language.unmarked(page, known)) == [], name


@ON_SQLITE
def test_a_page_without_a_course_speaks_as_the_browser_asks(german: World) -> None:
    asked = german.client.get("/journal/link", headers=GERMAN)
    assert '<html lang="de" dir="ltr">' in asked.text
    assert "Accept-Language" in asked.headers["Vary"]
    english = german.client.get("/journal/link", headers={"Accept-Language": "en-GB"})
    assert '<html lang="en" dir="ltr">' in english.text


@ON_SQLITE
def test_whoever_asks_for_no_language_of_ours_is_answered_in_the_home_course_s(
    german: World,
) -> None:
    asked = german.client.get("/no-such-page", headers={"Accept-Language": "tlh"})
    assert '<html lang="de" dir="ltr">' in asked.text


@ON_SQLITE
def test_the_author_is_spoken_to_in_english(german: World) -> None:
    page = german.client.get("/admin/session", headers=GERMAN).text
    assert '<html lang="en" dir="ltr">' in page
    assert "⟦" not in page


def _forget() -> None:
    for known in (catalogs.catalog_of, catalogs.languages, catalogs._shipped, zones.by_region):
        known.cache_clear()


def _titles() -> set[str]:
    sequence = compiling.compile_course(COURSE).sequence
    letters = {letter.title for letter in sequence.letters}
    sampler = {sequence.sampler.title} if sequence.sampler else set()
    return {lesson.title for lesson in sequence.lessons} | letters | sampler


def _pages(world: World) -> Iterator[tuple[str, str]]:
    """Each page that a reader can meet, under a name."""
    world.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = GERMAN["Accept-Language"]
    yield from _before_signing_up(world)
    yield from _arriving(world)
    yield from _writing(world, world.path(lesson_link(world, "/reflect/")))
    yield from _journal(world)
    yield from _pace(world, world.path(lesson_link(world, "/pace/")))
    yield from _closed(world)
    yield from _errors(world)
    yield from _going(world, world.path(lesson_link(world, "/u/")))


def _before_signing_up(world: World) -> Iterator[tuple[str, str]]:
    for path in ("/", "/courses/emotional-safety/embed", "/courses/emotional-safety", "/nothing"):
        yield path, world.open(path).text
    yield "check", world.open("/courses/emotional-safety/check-your-mail").text
    for typed in (
        "",
        "ada",
        "a b@c.de",
        "a@@b.de",
        "@b.de",
        "a@b",
        "a" * 300 + "@b.de",
        "a@b.invalid",
    ):
        yield f"address {typed}", world.sign_up(typed).text
        yield f"journal of {typed}", world.press("/journal/link", address=typed).text
    yield "journal link", world.open("/journal/link").text
    yield "journal link sent", world.press("/journal/link", address="ada@example.org").text


def _arriving(world: World) -> Iterator[tuple[str, str]]:
    world.sign_up()
    link = world.link("/confirm/", world.letters()[-1])
    for name, answer in (("confirm", world.open(link)), ("confirmed", world.press(link))):
        yield name, answer.text
    world.settle()
    sampler = next(url for url in world.links(world.letters()[-1]) if "/sampler/" in url)
    yield "sampler", world.open(sampler.removesuffix(".pdf")).text
    yield "first pace", world.open(world.link("/pace/", world.letters()[-1])).text
    world.go(WEEK)
    view = world.path(lesson_link(world, "/letters/"))
    yield "lesson", world.open(view).text
    yield "calendar", world.open(f"{view}/calendar").text
    yield "no such evening", world.open(f"{view}/calendar.ics?weekday=9&at=x").text


def _writing(world: World, reflect: str) -> Iterator[tuple[str, str]]:
    yield "reflection", world.open(reflect).text
    for text in ("", "x" * 50_000):
        yield f"{len(text)} characters", world.press(reflect, text=text).text
    world.press(reflect, text="At the lake.")
    for name, path in (("saved", f"{reflect}/saved"), ("to change", reflect)):
        yield name, world.open(path).text
    yield "asked", world.press(f"{reflect}/journal-link").text
    yield (
        "stale form",
        world.client.post(reflect, data={"text": "At the lake, again, and again."}).text,
    )
    elsewhere = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    yield "elsewhere", world.client.post(reflect, headers=elsewhere).text


def _journal(world: World) -> Iterator[tuple[str, str]]:
    world.clock.advance(timedelta(minutes=2))
    key = world.runtime.links.to(Purpose.JOURNAL, 1, world.clock.now())
    yield "key", world.open(key).text
    world.press(key)
    world.press("/journal/reflections/1", text="At the sea.")
    for path in ("/journal", "/journal/reflections/1", "/journal/export.md"):
        yield path, re.sub("At the sea.|```text|> .*", "", world.open(path).text)
    yield "nothing left", world.press("/journal/reflections/1", text="").text
    yield "not sure", world.press("/journal/reflections/1/removal").text
    world.press("/journal/reflections/1/removal", sure="yes")
    yield "empty", world.open("/journal").text
    yield "closed", world.press("/journal/lock").text
    yield "used", world.open(key).text
    yield "closed meanwhile", world.press("/journal/reflections/1", text="At the sea.").text


def _pace(world: World, pace: str) -> Iterator[tuple[str, str]]:
    yield "pace", world.open(pace).text
    for done in (
        "pause",
        "resumption",
        "schedule",
        "next_letter",
        "skip",
        "restart",
        "newsletters",
    ):
        yield f"done {done}", world.open(f"{pace}?done={done}").text
    for door, form in (
        ("pause", {"length": "date", "until": "x"}), ("pause", {"until": "2020-01-01"}),
        ("schedule", {"days": "9", "at": "x", "zone": "x"}), ("skip", {"step": "x"}),
        ("schedule", {"at": "19:30", "zone": "UTC"}), ("resumption", {}), ("erasure", {}),
    ):  # fmt: skip
        yield f"{door} {form}", world.press(f"{pace}/{door}", **form).text
    world.press(f"{pace}/pause", length="open")
    yield "paused", world.open(pace).text
    world.press(f"{pace}/pause", length="two-weeks")
    yield "paused until", world.open(pace).text
    world.press(f"{pace}/resumption")
    world.go(20 * WEEK)
    yield "finished", world.open(pace).text
    yield "nothing to send", world.press(f"{pace}/skip", step="x").text


def _closed(world: World) -> Iterator[tuple[str, str]]:
    for state in (CourseState.CLOSED, CourseState.WITHDRAWN, CourseState.OPEN):
        with transaction(world.runtime.engine) as session:
            session.exec(select(Course)).one().state = state
        yield state, world.open("/courses/emotional-safety").text


def _errors(world: World) -> Iterator[tuple[str, str]]:
    old = world.clock.now() - 200 * WEEK
    for purpose in (Purpose.JOURNAL, Purpose.CONFIRM, Purpose.ERASE, Purpose.PACE):
        yield f"expired {purpose}", world.open(world.runtime.links.to(purpose, 1, old)).text
    yield "gone", world.open(world.runtime.links.to(Purpose.PACE, 99, world.clock.now())).text
    yield "method", world.client.put("/journal/link").text
    yield "url", world.client.get(f"/?{'x' * 3000}").text
    yield "header", world.client.get("/", headers={"X-Long": "x" * 9000}).text
    yield "size", world.press("/journal/link", address="x" * 600_000).text
    yield "host", world.client.get("/", base_url="https://evil.example").text
    with world.broken_database():
        yield "broken", world.open("/").text


def _going(world: World, leave: str) -> Iterator[tuple[str, str]]:
    yield "leave", world.open(leave).text
    yield "left", world.press(f"{leave}/departure").text
    yield "pace after", world.open(lesson_link(world, "/pace/")).text
    erase = world.runtime.links.to(Purpose.ERASE, 1, world.clock.now())
    for name, answer in (("erase", world.open(erase)), ("erased", world.press(erase))):
        yield name, answer.text
    for _ in range(300):
        refused = world.client.get("/journal/link")
    yield "too fast", refused.text
