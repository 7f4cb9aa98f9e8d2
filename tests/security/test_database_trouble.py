"""A database that is locked, away or read-only for a while: a clear page, and nothing is lost."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.security.kit import SECRET, WEEK, lesson_link, written
from tests.support import worlds
from tests.support.commands import run
from tests.support.world import HTTPS, World

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def hasty(database_url: str, tmp_path: Path) -> Iterator[World]:
    """Ada has her first lesson, and nobody waits long for a lock."""
    made = worlds.make(f"{database_url}?timeout=0.1", tmp_path)
    made.enroll()
    made.go(WEEK)
    yield made
    made.runtime.engine.dispose()


@pytest.fixture
def lock(hasty: World) -> Iterator[sqlite3.Connection]:
    file = str(hasty.runtime.engine.url.database)
    with closing(sqlite3.connect(file, isolation_level=None)) as lock:
        lock.execute("BEGIN IMMEDIATE")
        yield lock


def test_a_reflection_comes_back_filled_in_and_can_be_sent_again(
    hasty: World, lock: sqlite3.Connection
) -> None:
    reflect, long = lesson_link(hasty, "/reflect/"), f"{SECRET} <b>&</b>\n" * 200
    answer = hasty.press(reflect, text=long)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert f'action="{hasty.path(reflect)}"' in answer.text
    assert answer.text.count("&lt;b&gt;&amp;&lt;/b&gt;") == 200
    assert written(hasty) == []
    lock.execute("ROLLBACK")
    assert hasty.press(reflect, text=long).status_code < 400


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/courses/emotional-safety/sign-ups", {"address": "grace@example.org"}),
        ("/journal/link", {"address": "ada@example.org"}),
    ],
)
def test_a_door_says_come_back_and_keeps_what_was_typed(
    hasty: World, lock: sqlite3.Connection, path: str, form: dict[str, str]
) -> None:
    answer = hasty.press(path, **form)
    assert answer.status_code == 503
    assert f'value="{form["address"]}"' in answer.text
    assert lock.in_transaction


def test_a_form_of_another_site_gets_no_button(hasty: World, lock: sqlite3.Connection) -> None:
    one_click = hasty.path(lesson_link(hasty, "/u/"))
    form = {"List-Unsubscribe": "One-Click"}
    headers = {"Sec-Fetch-Site": "cross-site"}
    answer = hasty.client.post(one_click, data=form, headers=headers, base_url=HTTPS)
    assert (answer.status_code, "<form" in answer.text) == (503, False)
    assert lock.in_transaction


def test_mail_that_comes_in_meanwhile_is_tried_again(
    hasty: World, lock: sqlite3.Connection
) -> None:
    leave = str(hasty.letters()[-1]["List-Unsubscribe"]).partition("subject=")[2].partition(">")[0]
    settings = hasty.runtime.settings
    done = run(
        "receive",
        stdin=f"Subject: {unquote(leave)}\n\n",
        database_url=settings.database_url,
        state=str(settings.state),
    )
    assert (done.returncode, "Traceback" in done.stderr) == (os.EX_TEMPFAIL, False)
    assert lock.in_transaction
