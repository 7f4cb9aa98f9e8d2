"""Writing reflections, and who may read them."""

from datetime import timedelta

import pytest
from sqlmodel import select

from course.db.transactions import reading
from course.models import Reflection
from tests.support.prepared import Prepare
from tests.support.world import World

WEEK = timedelta(days=7)


@pytest.fixture
def page(prepare: Prepare) -> str:
    """The reflection page of Ada's first lesson."""
    world = prepare(a_lesson_has_arrived)
    return world.link("/reflect/", world.letters()[2])


def a_lesson_has_arrived(world: World) -> None:
    world.enroll()
    world.go(WEEK)


def written(world: World) -> list[str]:
    with reading(world.runtime.engine) as session:
        return list(session.exec(select(Reflection.text).order_by(Reflection.id)))  # type: ignore[arg-type]


def test_what_was_just_written_can_be_changed_from_the_same_browser(
    world: World, page: str
) -> None:
    world.press(page, text="At the lake.")
    assert "At the lake." in world.open(page).get_data(as_text=True)
    world.press(page, text="On the drive back from the lake.")
    assert written(world) == ["On the drive back from the lake."]


def test_another_browser_can_add_and_cannot_see(world: World, page: str) -> None:
    world.press(page, text="At the lake.")
    world.client = world.another_browser()
    assert "At the lake." not in world.open(page).get_data(as_text=True)
    world.press(page, text="Somebody else's word.")
    assert written(world) == ["At the lake.", "Somebody else's word."]


def test_after_an_hour_the_page_only_adds(world: World, page: str) -> None:
    world.press(page, text="At the lake.")
    world.go(timedelta(minutes=61))
    assert "At the lake." not in world.open(page).get_data(as_text=True)


def test_the_page_after_saving_shows_no_text(world: World, page: str) -> None:
    world.press(page, text="At the lake.")
    assert "At the lake." not in world.open(f"{page}/saved").get_data(as_text=True)


@pytest.mark.parametrize("text", ["", "   \n ", "x" * 40_001])
def test_what_can_not_be_kept_comes_back_in_the_form(world: World, page: str, text: str) -> None:
    answer = world.press(page, text=text)
    assert answer.status_code == 422
    assert text.strip() in answer.get_data(as_text=True)
    assert written(world) == []


def test_a_stale_form_loses_nothing(world: World, page: str) -> None:
    answer = world.client.post(world.path(page), data={"text": "At the lake."})
    assert answer.status_code == 400
    assert "At the lake." in answer.get_data(as_text=True)
    assert written(world) == []


@pytest.mark.usefixtures("page")
def test_one_nudge_four_days_later_if_nothing_was_written(world: World) -> None:
    world.go(timedelta(days=4))
    assert len(world.letters()) == 4
    assert "Hear it" not in world.letters()[3]["Subject"]
    assert "/reflect/" in world.text(world.letters()[3])


def test_no_nudge_for_who_wrote(world: World, page: str) -> None:
    world.press(page, text="At the lake.")
    world.go(timedelta(days=4))
    assert len(world.letters()) == 3


def test_an_open_journal_edits_removes_and_exports(world: World, page: str) -> None:
    world.press(page, text="At the lake.")
    open_journal(world)
    with reading(world.runtime.engine) as session:
        id_ = session.exec(select(Reflection.id)).one()
    world.press(f"/journal/reflections/{id_}", text="By the lake.")
    exported = world.open("/journal/export.json").get_json()
    assert exported[0]["reflections"][0]["text"] == "By the lake."
    assert world.press(f"/journal/reflections/{id_}/removal").status_code == 422
    world.press(f"/journal/reflections/{id_}/removal", sure="yes")
    assert written(world) == []


def test_a_journal_taken_away_says_in_which_year_it_was_written(world: World, page: str) -> None:
    world.press(page, text="At the lake.")
    open_journal(world)
    [reflection] = world.open("/journal/export.json").get_json()[0]["reflections"]
    assert reflection["written_at"] == "2026-12-11T13:00:00+01:00"
    assert "December\xa011, 2026 at 1:00\xa0PM" in world.open("/journal/export.md").text


def test_nobody_opens_anybody_elses_reflection(world: World, page: str) -> None:
    world.press(page, text="At the lake.")
    world.enroll("mallory@example.org")
    open_journal(world, "mallory@example.org")
    with reading(world.runtime.engine) as session:
        id_ = session.exec(select(Reflection.id)).one()
    assert world.open(f"/journal/reflections/{id_}").status_code == 410
    assert world.press(f"/journal/reflections/{id_}", text="Mine.").status_code == 410
    assert "At the lake." not in world.open("/journal").get_data(as_text=True)


@pytest.mark.usefixtures("page")
def test_the_key_to_the_journal_runs_out_after_half_an_hour(world: World) -> None:
    world.press("/journal/link", address="ada@example.org")
    world.settle()
    key = world.link("/journal/open/", world.letters()[-1])
    world.go(timedelta(minutes=31))
    assert world.press(key).status_code == 410


def open_journal(world: World, address: str = "ada@example.org") -> None:
    world.press("/journal/link", address=address)
    world.settle()
    world.press(world.link("/journal/open/", world.letters(address)[-1]))
