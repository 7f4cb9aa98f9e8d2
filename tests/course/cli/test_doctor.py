"""`letterpath doctor`: what it finds, what it advises, and its test letter."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from course.db.transactions import transaction
from course.operations.doctor import checks, deliveries, trial_letter
from course.operations.doctor.check_result import Level
from course.operations.doctor.newsletters import check_newsletters
from course.runtime.bell import Bell
from course.sending.attempt_log import AttemptLog
from tests.support import worlds
from tests.support.claims import take
from tests.support.commands import run
from tests.support.message_rules import check_message
from tests.support.servers import Mailroom
from tests.support.terminal import Terminal, asks, elsewhere, refuses, url
from tests.support.world import World


def test_a_test_letter_says_what_the_server_answered(
    world: World, smtp: tuple[str, Mailroom]
) -> None:
    mail_url, room = smtp
    settings = elsewhere(world, mail_url=f"{mail_url}?starttls=never")
    done = run("doctor", "--send", "ada@example.org", **settings)
    assert done.returncode == 0, done.stderr
    assert "has taken it: 2.0.0 taken" in done.stdout.replace("250 ", "")
    assert b"Subject: A test letter from Letterpath" in room.messages[0]


def test_a_test_letter_has_the_form_of_all_letters_and_leads_nowhere(world: World) -> None:
    world.enroll()
    trial_letter.send(world.runtime, "ada@example.org")
    message = world.raw()[-1]
    check_message(message)
    leave = world.path(world.link("/u/", world.letters()[-1]))
    world.client.post(leave, data={"List-Unsubscribe": "One-Click"})
    assert world.enrollment().state == "active"


def test_a_test_letter_that_is_refused_says_so_and_fails(world: World, terminal: Terminal) -> None:
    refuses(world, "ada")
    done = terminal("doctor", "--send", "ada@example.org")
    assert done.exit_code == 1
    assert "refused. 550 5.7.1" in done.stderr
    assert terminal("doctor", "--send", "ada at home").exit_code == 2


def test_a_test_letter_lies_in_the_development_mailbox_beside_the_others(
    database_url: str, tmp_path: Path
) -> None:
    made = worlds.make(database_url, tmp_path, mail_url=f"folder:{tmp_path / 'mail'}")
    made.sign_up()
    trial_letter.send(made.runtime, "ada@example.org")
    page = made.open("/mailbox").get_data(as_text=True)
    assert "A test letter from Letterpath" in page
    messages = [path.read_bytes() for path in (tmp_path / "mail").rglob("*.eml")]
    assert any(b"It went the way that all letters go." in message for message in messages)
    made.runtime.engine.dispose()


def test_a_home_course_that_is_not_published_is_named_and_the_first_one_stands_in(
    database_url: str, tmp_path: Path
) -> None:
    made = worlds.make(database_url, tmp_path, home_course="emotional-safty")
    assert made.open("/").status_code == 200
    found = [finding.words for finding in checks.check_all(made.runtime)]
    assert any("emotional-safty, which is not published" in words for words in found)
    made.runtime.engine.dispose()


def test_the_doctor_finds_letters_that_nobody_carries(world: World, terminal: Terminal) -> None:
    asks(world, "ada")
    assert "fine    letters: 1 due" in terminal("doctor").stdout
    world.clock.advance(timedelta(minutes=16))
    shown = terminal("doctor").stdout
    assert "trouble letters: 1 are due, the oldest for 16 minutes" in shown
    assert "letterpath send" in shown


def test_the_doctor_finds_a_lease_that_is_over(world: World, terminal: Terminal) -> None:
    asks(world, "ada")
    take(world)
    assert "1 under way, no lease is over" in terminal("doctor").stdout
    world.clock.advance(timedelta(minutes=12))
    assert "trouble claims: the lease of here:1 (claim 1, 1 letters)" in terminal("doctor").stdout


def test_the_doctor_finds_the_attempt_log_of_a_dead_worker(
    world: World, terminal: Terminal
) -> None:
    log = AttemptLog(world.runtime.attempt_logs, "a")
    assert "attempt logs" not in terminal("doctor").stdout, "its worker lives"
    log.release()
    assert "mind    attempt logs: 1 of workers that died" in terminal("doctor").stdout


def test_the_doctor_sees_a_day_on_which_much_goes_wrong(world: World, terminal: Terminal) -> None:
    world.sign_up()
    assert "fine    today: 1 sent today, 0 gone wrong" in terminal("doctor").stdout
    refuses(world, "grace")
    world.sign_up("grace@example.org")
    assert "mind    today: 1 sent today, 1 gone wrong" in terminal("doctor").stdout


@pytest.mark.parametrize(("seconds", "mark"), [(0.5, "fine"), (-5, "mind"), (90, "trouble")])
def test_two_clocks_that_are_apart_are_told_of(seconds: float, mark: str) -> None:
    now = datetime.now(UTC)
    assert deliveries.skew(now, now + timedelta(seconds=seconds)).level == mark


def test_the_doctor_finds_everything_fine_where_it_is(world: World, redis_url: str) -> None:
    key = world.runtime.settings.secret_key.get_secret_value()
    settings = {"redis_url": redis_url, "secret_key": key, "mail_url": "memory:"}
    bell = Bell(redis_url, world.runtime.bell.name)
    bell.redis.sadd(bell.workers_key, "rq:worker:ours")
    bell.redis.set("rq:worker:ours", "here", ex=60)
    world.runtime.heartbeat.beat(datetime.now(UTC))
    done = run("doctor", database_url=url(world), **settings)
    assert done.returncode == 0, done.stdout
    assert "trouble" not in done.stdout
    assert "fine    emotional-safety: published as the files have it" in done.stdout


def test_the_doctor_says_what_to_do_and_fails_on_trouble(world: World, tmp_path: Path) -> None:
    settings = {"database_url": url(world), "mail_url": "smtp://127.0.0.1:1"}
    done = run("doctor", state=str(tmp_path), **settings)
    assert done.returncode == 1
    assert "LETTERPATH_REDIS_URL" in done.stdout
    assert "LETTERPATH_MAIL_URL" in done.stdout


def test_the_doctor_of_a_new_installation_says_where_to_begin(tmp_path: Path) -> None:
    done = run("doctor", state=str(tmp_path), redis_url="carrier pigeon", mail_url="pigeon:")
    assert done.returncode == 1
    assert "trouble database: has no tables yet. Run: letterpath migrate" in done.stdout
    assert done.stdout.count("trouble") == 3
    assert done.stderr == ""


def test_a_newsletter_that_a_form_offers_in_vain_is_told(world: World) -> None:
    assert told(world) == {"evening-notes": "published as the files have it"}
    with transaction(world.runtime.engine) as session:
        mine = "revision_id IN (SELECT id FROM revision WHERE newsletter_id IS NOT NULL)"
        session.execute(text(f"DELETE FROM letter WHERE {mine}"))
        session.execute(text("DELETE FROM revision WHERE newsletter_id IS NOT NULL"))
    assert "can't offer evening-notes" in told(world)["emotional-safety"]
    assert "Run: letterpath publish evening-notes" in told(world)["evening-notes"]


def test_a_newsletter_that_can_not_be_read_is_told_and_stops_nothing_else(world: World) -> None:
    with transaction(world.runtime.engine) as session:
        session.execute(text("UPDATE revision SET sequence = '{' WHERE newsletter_id IS NOT NULL"))
    found = [(one.level, one.part, one.words) for one in checks.check_all(world.runtime)]
    words = "what was published can't be read. Run: letterpath publish evening-notes"
    assert (Level.ERROR, "evening-notes", words) in found


def told(world: World) -> dict[str, str]:
    return {found.part: found.words for found in check_newsletters(world.runtime)}
