"""What was closed is closed for every copy of the cookie; a key opens once."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from course.db.transactions import transaction
from emails.tokens import Purpose
from tests.security.kit import HOUR, SECRET, erase, lesson_link, open_journal, written
from tests.support.world import HTTPS, PASSWORD, World

MINUTE = timedelta(minutes=1)


def copy_of(world: World) -> FlaskClient:
    """Another browser with a copy of this one's cookies."""
    other = world.another_browser()
    for name in ("__Host-letterpath", "letterpath"):
        if cookie := world.client.get_cookie(name, domain="letters.example.org"):
            other.set_cookie(name, cookie.value, domain="letters.example.org", secure=True)
    return other


def shown(client: FlaskClient, path: str) -> int:
    return client.get(path, base_url=HTTPS).status_code


def key(world: World) -> str:
    return world.runtime.links.to(Purpose.JOURNAL, 1, world.clock.now())


def pressed(world: World, client: FlaskClient, url: str) -> TestResponse:
    before, world.client = world.client, client
    answer = world.press(url)
    world.client = before
    return answer


def leave(world: World) -> None:
    world.press(lesson_link(world, "/pace/") + "/departure")


def one_click(world: World) -> None:
    url = world.path(lesson_link(world, "/u/"))
    world.another_browser().post(url, data={"List-Unsubscribe": "One-Click"})


def end_all(world: World) -> None:
    from course.subscribers import session_epochs

    with transaction(world.runtime.engine) as session:
        session_epochs.close_all_journals(session)


def lock(world: World) -> None:
    world.press("/journal/lock")


@pytest.mark.parametrize("ending", [lock, leave, one_click, erase, end_all])
def test_an_ended_journal_is_closed_for_a_copy_of_its_cookie(
    enrolled: World, ending: Callable[[World], None]
) -> None:
    open_journal(enrolled)
    copy = copy_of(enrolled)
    assert shown(copy, "/journal") == 200
    ending(enrolled)
    for path in ("/journal", "/journal/export.md", "/journal/export.json"):
        assert shown(copy, path) in (303, 410)


def test_a_copy_closes_nothing_that_was_opened_after_it(enrolled: World) -> None:
    open_journal(enrolled)
    copy = copy_of(enrolled)
    lock(enrolled)
    enrolled.clock.advance(MINUTE)
    open_journal(enrolled)
    pressed(enrolled, copy, "/journal/lock")
    assert enrolled.open("/journal").status_code == 200


def test_closing_one_journal_leaves_another_subscribers_open(enrolled: World) -> None:
    enrolled.enroll("grace@example.org")
    grace = enrolled.another_browser()
    pressed(enrolled, grace, enrolled.runtime.links.to(Purpose.JOURNAL, 2, enrolled.clock.now()))
    open_journal(enrolled)
    lock(enrolled)
    assert shown(grace, "/journal") == 200


def test_a_sign_out_ends_every_copy_of_the_authors_cookie(production: World) -> None:
    production.press("/admin/session", password=PASSWORD)
    copy = copy_of(production)
    assert shown(copy, "/admin/") == 200
    answer = production.press("/admin/session/end")
    assert answer.headers["Clear-Site-Data"] == '"storage"'
    assert shown(copy, "/admin/") == shown(production.client, "/admin/") == 303
    production.press("/admin/session", password=PASSWORD)
    assert shown(production.client, "/admin/") == 200


def test_a_new_password_ends_the_authors_sessions(production: World) -> None:
    production.press("/admin/session", password=PASSWORD)
    hasher = PasswordHasher(time_cost=5, memory_cost=7168, parallelism=1)
    secret = type(production.runtime.settings.admin_password_hash)(hasher.hash(PASSWORD))
    changed = production.runtime.settings.model_copy(update={"admin_password_hash": secret})
    production.runtime.settings = changed
    assert shown(production.client, "/admin/") == 303


def test_a_journal_closes_while_nothing_is_done_and_after_four_hours(enrolled: World) -> None:
    open_journal(enrolled)
    for _ in range(4):
        enrolled.clock.advance(59 * MINUTE)
        assert enrolled.open("/journal").status_code == 200
    enrolled.clock.advance(5 * MINUTE)
    assert enrolled.open("/journal").status_code == 303
    open_journal(enrolled)
    enrolled.clock.advance(HOUR)
    assert enrolled.open("/journal").status_code == 303


def test_words_that_were_written_in_a_closed_journal_are_given_back(enrolled: World) -> None:
    enrolled.press(lesson_link(enrolled, "/reflect/"), text="Before.")
    open_journal(enrolled)
    enrolled.clock.advance(HOUR)
    answer = enrolled.press("/journal/reflections/1", text=SECRET)
    assert (answer.status_code, written(enrolled)) == (403, ["Before."])
    assert SECRET in answer.text


def test_every_page_of_an_open_journal_can_close_it(enrolled: World) -> None:
    enrolled.press(lesson_link(enrolled, "/reflect/"), text="Before.")
    open_journal(enrolled)
    for path in ("/journal", "/journal/reflections/1"):
        assert 'action="/journal/lock"' in enrolled.open(path).text


def test_a_key_opens_once(enrolled: World) -> None:
    used = key(enrolled)
    open_journal(enrolled)
    for browser in (enrolled.another_browser(), copy_of(enrolled)):
        browser.get("/journal/link", base_url=HTTPS)
        assert pressed(enrolled, enrolled.another_browser(), used).status_code == 410
    lock(enrolled)
    again = enrolled.press(used)
    assert (again.status_code, "Email me a new link" in again.text) == (410, True)
    assert enrolled.open("/journal").status_code == 303


def test_looking_at_a_key_uses_nothing_up(enrolled: World) -> None:
    url = enrolled.path(key(enrolled))
    for method in ("GET", "HEAD", "OPTIONS", "GET"):
        enrolled.another_browser().open(url, method=method, base_url=HTTPS)
    open_journal(enrolled)


def test_a_newer_key_ends_those_before_it_and_not_those_after(enrolled: World) -> None:
    older = key(enrolled)
    enrolled.clock.advance(MINUTE)
    newer = key(enrolled)
    enrolled.clock.advance(MINUTE)
    newest = key(enrolled)
    stranger = enrolled.another_browser
    assert pressed(enrolled, stranger(), newer).status_code == 303
    assert pressed(enrolled, stranger(), older).status_code == 410
    assert pressed(enrolled, stranger(), newest).status_code == 303


def test_a_key_holds_for_ten_minutes(enrolled: World) -> None:
    late = key(enrolled)
    enrolled.clock.advance(11 * MINUTE)
    assert enrolled.press(late).status_code == 410


def test_a_double_click_opens_the_journal(enrolled: World) -> None:
    """Both presses leave before the first answer comes: with the same cookie."""
    enrolled.open("/journal/link")
    twin = copy_of(enrolled)
    url = key(enrolled)
    page = enrolled.open(url).text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    answers = [
        browser.post(enrolled.path(url), data={"csrf_token": token}, base_url=HTTPS)
        for browser in (enrolled.client, twin)
    ]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert shown(twin, "/journal") == 200


def test_who_has_it_open_is_led_there_by_a_used_key(enrolled: World) -> None:
    used = key(enrolled)
    open_journal(enrolled)
    enrolled.clock.advance(MINUTE)
    assert enrolled.open(used).headers["Location"] == "/journal"
    assert enrolled.press(used).headers["Location"] == "/journal"


def test_a_used_key_can_be_followed_by_another_at_once(enrolled: World) -> None:
    for _ in range(3):
        enrolled.press("/journal/link", address="ada@example.org")
        enrolled.settle()
        enrolled.clock.advance(MINUTE)
        enrolled.settle()
        enrolled.press(enrolled.link("/journal/open/", enrolled.letters()[-1]))
        assert enrolled.open("/journal").status_code == 200
        lock(enrolled)


def test_an_eraser_erases_nobody_who_came_later(enrolled: World) -> None:
    eraser = enrolled.runtime.links.to(Purpose.ERASE, 1, enrolled.clock.now())
    enrolled.press(eraser)
    enrolled.clock.advance(MINUTE)
    enrolled.enroll()
    enrolled.press(eraser)
    assert enrolled.open(eraser).status_code == 410
    assert len(enrolled.rows()["subscriber"]) == 1


def test_closing_clears_what_the_browser_kept(enrolled: World) -> None:
    open_journal(enrolled)
    assert enrolled.press("/journal/lock").headers["Clear-Site-Data"] == '"storage"'


def test_erasing_clears_what_the_browser_kept(enrolled: World) -> None:
    """Drafts of answers."""
    eraser = enrolled.runtime.links.to(Purpose.ERASE, 1, enrolled.clock.now())
    assert enrolled.press(eraser).headers["Clear-Site-Data"] == '"storage"'
