"""What the operator types: how it stands, and what to do about it."""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from threading import Timer

import pytest
from click.testing import CliRunner, Result
from sqlmodel import col, select, update

from course.cli import letterpath
from course.db.transactions import reading, transaction
from course.models import Delivery, DeliveryState
from course.operations.doctor import checks, deliveries, trial_letter
from course.runtime import process
from course.scheduling import clock_loop
from course.sending.attempt_log import AttemptLog
from emails.errors import Deferred, Refused, Uncertain
from emails.tokens import Purpose
from emails.transports.memory import MemoryTransport
from tests.course.cli.test_commands import COMMAND, url
from tests.support import world as worlds
from tests.support.claims import take
from tests.support.commands import run
from tests.support.message_rules import check_message
from tests.support.servers import Mailroom
from tests.support.world import World

Terminal = Callable[..., Result]

# Seconds until a command that says nothing is given up.
PATIENCE = 60


@pytest.fixture
def terminal(world: World) -> Iterator[Terminal]:
    """`letterpath …` in this process, on this world and by its clock."""
    before = process._runtime
    process._runtime = world.runtime

    def type_in(*words: str, answer: str | None = None) -> Result:
        return CliRunner().invoke(letterpath, words, input=answer, prog_name="letterpath")

    yield type_in
    process._runtime = before


def asks(world: World, *names: str) -> None:
    """They have asked for letters, which are due."""
    for name in names:
        world.press("/courses/emotional-safety/sign-ups", address=f"{name}@example.org")
    clock_loop.write_due(world.runtime)


def refuses(world: World, name: str) -> None:
    transport = world.runtime.transports[0].transport
    assert isinstance(transport, MemoryTransport)
    transport.replies = {f"{name}@example.org": Refused(550, f"5.7.1 <{name}@example.org>: no")}


def lines(shown: Result) -> list[str]:
    return [" ".join(line.split()) for line in shown.stdout.splitlines()]


def elsewhere(world: World, **more: str) -> dict[str, str]:
    """The settings by which a process of its own finds this world."""
    return {"database_url": url(world), "state": str(world.runtime.settings.state), **more}


@contextmanager
def started(*words: str, **settings: str) -> Iterator["subprocess.Popen[str]"]:
    """The real command, to be stopped. Killed after a minute: nobody waits for its lines longer."""
    named = {f"LETTERPATH_{name.upper()}": value for name, value in settings.items()}
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    with subprocess.Popen(
        [COMMAND, *words],
        env={**inherited, **named},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        limit = Timer(PATIENCE, process.kill)
        limit.start()
        try:
            yield process
        finally:
            limit.cancel()
            process.kill()


def test_the_status_has_every_number_on_its_line(world: World, terminal: Terminal) -> None:
    refuses(world, "grace")
    asks(world, "grace", "alan")
    world.settle()
    asks(world, "ada", "eve")
    take(world, size=1)
    world.clock.advance(timedelta(minutes=2))
    shown = lines(terminal("status"))
    assert "1 due now the oldest for 2 minutes" in shown
    assert "1 in flight" in shown
    assert "1 sent today 0.2 a minute" in shown
    assert "1 refused" in shown
    assert "1 550 5.7.1 …: no 1 refused" in shown
    assert "1 example.org 1 refused" in shown


def test_the_status_names_nobody(world: World, terminal: Terminal) -> None:
    refuses(world, "grace")
    asks(world, "grace")
    world.settle()
    assert "grace" not in terminal("status").output


def test_the_status_is_watched_until_somebody_stops_it(world: World) -> None:
    with started("status", "--watch", "--every", "0.2", **elsewhere(world)) as watching:
        assert watching.stdout is not None
        boards = (line for line in watching.stdout if "due now" in line)
        assert len(list(islice(boards, 2))) == 2, "each is shown at once"
        watching.send_signal(signal.SIGINT)
        _, complaint = watching.communicate()
    assert (watching.returncode, complaint) == (0, "")


def test_send_carries_what_is_due_and_says_so(world: World, smtp: tuple[str, Mailroom]) -> None:
    world.clock.at = datetime.now(UTC)
    asks(world, "ada", "grace")
    mail_url, room = smtp
    done = run("send", **elsewhere(world, mail_url=f"{mail_url}?starttls=never"))
    assert (done.returncode, done.stdout) == (0, "2 sent; nothing more is due.\n"), done.stderr
    assert len(room.messages) == 2
    assert "2/2" in done.stderr
    again = run("send", **elsewhere(world, mail_url=f"{mail_url}?starttls=never"))
    assert again.stdout == "Nothing was sent; nothing more is due.\n"


def test_the_status_says_who_is_left_alone_and_why(world: World, terminal: Terminal) -> None:
    transport = world.runtime.transports[0].transport
    assert isinstance(transport, MemoryTransport)
    transport.replies = {"ada@example.org": Deferred(421, "4.7.0 slow down")}
    asks(world, "ada")
    world.settle()
    assert "5 minutes letters to example.org 421 4.7.0 slow down" in lines(terminal("status"))


def test_send_says_what_could_not_be_sent_and_where_to_look(world: World) -> None:
    world.clock.at = datetime.now(UTC)
    asks(world, "ada")
    done = run("send", **elsewhere(world, mail_url="smtp://127.0.0.1:1"))
    assert done.returncode == os.EX_TEMPFAIL
    assert done.stdout.startswith("Nothing was sent; 1 still due.")
    assert "letterpath status" in done.stdout


def doubts(world: World, name: str) -> None:
    """Whether that letter arrived nobody knows."""
    transport = world.runtime.transports[0].transport
    assert isinstance(transport, MemoryTransport)
    words = f"cut off after <{name}@example.org>"
    transport.replies = {f"{name}@example.org": Uncertain(None, words)}
    asks(world, name)
    world.settle()
    transport.replies = {}


def states(world: World) -> list[str]:
    with reading(world.runtime.engine) as session:
        found = session.exec(select(Delivery.state).order_by(col(Delivery.id)))
        return [DeliveryState(state).value for state in found]


def test_uncertain_letters_are_listed_without_whom_they_are_for(
    world: World, terminal: Terminal
) -> None:
    doubts(world, "ada")
    shown = terminal("uncertain").stdout
    assert "1 confirmation 2026-12-04 12:00 2026-12-04 12:05 cut off after …" in " ".join(
        shown.split()
    )
    assert "ada" not in shown
    assert "ada@example.org" in terminal("uncertain", "--addresses").stdout


@pytest.mark.parametrize(
    "words",
    ["[/red] no", "[link=https://evil.example]click[/link]", "\x1b[31mred\x9b1m", "a\rb\u202ec"],
)
def test_a_server_s_words_are_shown_as_they_stand(
    world: World, terminal: Terminal, words: str
) -> None:
    transport = world.runtime.transports[0].transport
    assert isinstance(transport, MemoryTransport)
    said = {"ada": Uncertain(None, words), "alan": Deferred(554, f"Relay access denied {words}")}
    transport.replies = {f"{name}@example.org": fate for name, fate in said.items()}
    asks(world, *said)
    world.settle()
    with transaction(world.runtime.engine) as session:
        session.execute(update(Delivery).values(words=words))  # from before it was kept so
    for command in ("uncertain", "status", "doctor"):
        shown = terminal(command)
        assert shown.exit_code == (command == "doctor")
        assert all(line.isprintable() for line in shown.stdout.splitlines())
        assert command == "doctor" or words.split()[0].strip("\x1b\r")[:5] in shown.stdout


def test_a_letter_that_did_not_arrive_goes_out_again_under_its_message_id(
    world: World, terminal: Terminal
) -> None:
    doubts(world, "ada")
    done = terminal("uncertain", "--again", "1")
    assert "1 letter is due now" in done.stdout
    world.settle()
    assert states(world) == ["sent"]
    first, second = world.letters()
    assert first["Message-ID"] == second["Message-ID"]


def test_a_letter_that_did_arrive_is_taken_as_sent(world: World, terminal: Terminal) -> None:
    doubts(world, "ada")
    doubts(world, "grace")
    assert "1 letter is taken as sent" in terminal("uncertain", "--sent", "2").stdout
    assert states(world) == ["uncertain", "sent"]
    assert "1 letter is taken as sent" in terminal("uncertain", "--sent", "all").stdout
    assert "No letter is uncertain." in terminal("uncertain").stdout


@pytest.mark.parametrize("option", ["--again", "--sent"])
def test_only_what_is_uncertain_can_be_resolved(
    world: World, terminal: Terminal, option: str
) -> None:
    world.sign_up()
    before = world.rows()
    assert terminal("uncertain", option, "1").exit_code == 1
    assert terminal("uncertain", option, "ada").exit_code == 2
    assert world.rows() == before


def test_after_a_restored_backup_nothing_goes_out_until_it_was_looked_at(
    world: World, terminal: Terminal
) -> None:
    world.enroll()
    asks(world, "grace")
    world.clock.at = world.enrollment().next_send_at or world.clock.at
    shown = lines(terminal("doctor", "--after-restore"))
    assert "1 confirmation emotional-safety this week 2026-12-04 12:00 2026-12-04 12:00" in shown
    assert "1 lesson emotional-safety today 2026-12-08 18:30 2026-12-08 18:30" in shown
    assert "2 letters are held; nothing of this is sent." in shown
    before = len(world.mail())
    world.settle()
    assert len(world.mail()) == before


def test_what_a_dead_worker_of_the_backup_held_is_held_too(
    world: World, terminal: Terminal
) -> None:
    asks(world, "ada")
    take(world)
    assert "1 letter is held" in terminal("doctor", "--after-restore").stdout
    assert states(world) == ["held"]
    assert "held: 1 wait for your word" in terminal("doctor").stdout


def test_what_was_held_is_let_go(world: World, terminal: Terminal) -> None:
    asks(world, "ada", "grace")
    terminal("doctor", "--after-restore")
    assert "2 letters are due now." in terminal("release").stdout
    world.settle()
    assert states(world) == ["sent", "sent"]
    assert terminal("release").stdout == "Nothing is held.\n"


def test_what_was_held_is_dropped_after_asking(world: World, terminal: Terminal) -> None:
    asks(world, "ada")
    terminal("doctor", "--after-restore")
    assert terminal("release", "--drop", answer="n\n").exit_code == 1
    assert states(world) == ["held"]
    assert "1 letter is withdrawn." in terminal("release", "--drop", answer="y\n").stdout
    assert states(world) == ["withdrawn"]


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


def test_the_doctor_finds_the_logbook_of_a_dead_worker(world: World, terminal: Terminal) -> None:
    log = AttemptLog(world.runtime.attempt_logs, "a")
    assert "logbooks" not in terminal("doctor").stdout, "its worker lives"
    log.release()
    assert "mind    logbooks: 1 of workers that died" in terminal("doctor").stdout


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


NEWS = """---
subject: A new course in spring
preview: Save the date.
title: There is news
---

In spring we begin anew.
"""


@pytest.fixture
def news(tmp_path: Path) -> Path:
    path = tmp_path / "spring.md"
    path.write_text(NEWS)
    return path


def test_a_newsletter_says_to_how_many_it_goes_and_asks(
    world: World, terminal: Terminal, news: Path
) -> None:
    world.enroll()
    refused = terminal("broadcast", str(news), answer="n\n")
    assert (refused.exit_code, len(world.letters())) == (1, 2)
    assert "to 1 reader" in refused.stdout
    done = terminal("broadcast", str(news), answer="y\n")
    assert (done.exit_code, "Broadcast 1 is on its way" in done.stdout) == (0, True)
    world.settle()
    assert world.letters()[-1]["Subject"] == "A new course in spring"


def test_the_same_newsletter_is_refused_the_second_time(
    world: World, terminal: Terminal, news: Path
) -> None:
    world.enroll()
    assert terminal("broadcast", str(news), "--yes").exit_code == 0
    again = terminal("broadcast", str(news), "--yes")
    assert again.exit_code == 1
    assert "went out as broadcast 1" in again.stderr


def test_a_newsletter_s_mistake_is_named_with_file_line_and_remedy(
    world: World, terminal: Terminal, news: Path
) -> None:
    world.enroll()
    news.write_text(NEWS.replace("spring we", "spring {{ brnd }} we"))
    shown = terminal("broadcast", str(news), "--yes")
    assert shown.exit_code == 1
    assert "spring.md:7: error:" in shown.stderr
    assert "Did you mean brand?" in shown.stderr


def test_a_newsletter_for_nobody_or_of_no_course_is_refused(
    world: World, terminal: Terminal, news: Path
) -> None:
    nobody = terminal("broadcast", str(news), "--yes")
    assert (nobody.exit_code, "Nobody wants newsletters yet" in nobody.stderr) == (1, True)
    world.enroll()
    unknown = terminal("broadcast", str(news), "--course", "kindness")
    assert "There is: emotional-safety." in unknown.stderr


def test_sessions_are_ended_by_a_command(world: World, terminal: Terminal) -> None:
    world.enroll()
    for words in (("--end",), ("--end", "--subscriber", "1")):
        world.clock.advance(timedelta(minutes=2))
        world.press(world.runtime.links.to(Purpose.JOURNAL, 1, world.clock.now()))
        assert world.open("/journal").status_code == 200
        assert terminal("sessions", *words).exit_code == 0
        assert world.open("/journal").status_code == 303
    assert terminal("sessions").exit_code == 2
    assert terminal("sessions", "--end", "--subscriber", "99").exit_code == 1


def test_the_command_that_ends_sessions_signs_the_author_out(
    world: World, terminal: Terminal
) -> None:
    password = (world.runtime.settings.state / "admin_password").read_text()
    world.press("/admin/session", password=password)
    assert world.open("/admin/").status_code == 200
    terminal("sessions", "--end")
    assert world.open("/admin/").status_code == 303
