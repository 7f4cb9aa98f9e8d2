"""What is written for nobody in particular opens nothing of anybody's."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from course.cli import letterpath
from course.operations.doctor import trial_letter
from course.runtime.links import LINKS
from emails.errors import Tampered
from emails.tokens import Purpose
from emails.transports.transport import Receipt
from tests.support.shipped import COURSE
from tests.support.world import PASSWORD_HASH, SECRET_KEY, World

SECRET = SECRET_KEY
TOKEN = re.compile(r"https?://[^/\s\"<>]+(/[a-z/]+/)([A-Za-z0-9_-]{10,})")


def invoke(world: World, *words: str) -> str:
    """With the settings of an installation that has readers."""
    settings = {
        "LETTERPATH_ENV": "production",
        "LETTERPATH_BASE_URL": world.runtime.settings.base_url,
        "LETTERPATH_SECRET_KEY": SECRET,
        "LETTERPATH_ADMIN_PASSWORD_HASH": PASSWORD_HASH,
        "LETTERPATH_MAIL_URL": world.runtime.settings.mail_url,
        "LETTERPATH_MAIL_FROM": "letters@example.org",
        "LETTERPATH_DATABASE_URL": world.runtime.settings.database_url,
        "LETTERPATH_REDIS_URL": "redis://127.0.0.1:1",
        "LETTERPATH_STATE": str(world.runtime.settings.state),
        "LETTERPATH_COURSES": str(COURSE.parent),
    }
    done = CliRunner(env=settings).invoke(letterpath, words, prog_name="letterpath")
    assert done.exit_code == 0, done.output
    return done.output


def opens_nothing(world: World, text: str) -> int:
    """How many tokens there were; each is read as every purpose that there is."""
    found = TOKEN.findall(text)
    for _path, token in found:
        for purpose in Purpose:
            with pytest.raises(Tampered):
                world.runtime.links.read(token, purpose, world.clock.now())
    return len(found)


def test_a_preview_holds_no_key_of_a_reader(production: World, tmp_path: Path) -> None:
    production.sign_up()
    invoke(production, "preview", "emotional-safety", "--into", str(tmp_path / "out"))
    files = [path.read_text() for path in (tmp_path / "out").iterdir()]
    kinds = {path for text in files for path, _ in TOKEN.findall(text)}
    assert kinds == {link.path for link in LINKS.values()} - {"/preferences/", "/return/"}
    assert sum(opens_nothing(production, text) for text in files) > 50


def test_a_rehearsal_holds_no_key_either(production: World) -> None:
    production.sign_up()
    assert opens_nothing(production, invoke(production, "rehearse", "emotional-safety")) == 0


def test_a_test_letter_holds_no_key_of_a_reader(world: World) -> None:
    world.sign_up()
    assert isinstance(trial_letter.send(world.runtime, "mallory@example.org"), Receipt)
    mail = world.mail()[-1]
    html = mail.get_body(("html",))
    assert html is not None
    parts = (world.text(mail), str(html.get_content()), str(mail["List-Unsubscribe"]))
    assert all(opens_nothing(world, part) for part in parts)
    ((_, token),) = TOKEN.findall(parts[-1])
    assert f"leave%20{token}>" in parts[-1], "the same in the mailto"
