"""Two hundred mutated settings: each is refused in sentences, or letters come and links open."""

import random
import shutil
from email import message_from_bytes, policy
from pathlib import Path

from course.config.loader import load
from course.config.settings import PREFIX, ConfigError, Settings
from emails.transports.folder import messages
from tests.course.config.test_settings import GOOD
from tests.support import amounts, forked, worlds
from tests.support.environment import environment
from tests.support.world import PASSWORD_HASH, SECRET_KEY

TRIED = amounts.of(200, 30)

SCRAPS = (
    *"/?#@:,;<>\"'\\ \t\n\0%[]{}|^`~.-_=&+é\u200b\u2028☃", "//", "..", "/../", "%20", "%zz", "http://",
    "https://", "bücher", "xn--", "hush@", "user:hush@", "[::1]", ":0", ":99999", "a" * 70, "\r\n",
    "{{ address }}", "$HOME", "<script>", "-1", "９", "\x7f", "",
)  # fmt: skip
WORKING = {
    "base_url": (
        "https://letters.example.org",
        "https://example.org/letters",
        "https://a.example/",
    ),
    "mail_from": ("CNT <letters@example.org>", '"A, B" <l@bücher.example>', "l@example.org"),
    "mail_inbox": ("", "leave+here@example.org", "Leave: <leave@bücher.example>"),
    "bind": ("127.0.0.1:8000", "[::1]:8000"),
    "trusted_proxies": ("0", "1"),
    "lease": ("600", "60"),
    "home_course": ("", "emotional-safety"),
    "redis_url": ("redis://127.0.0.1:1", "unix:///nowhere/redis.sock"),
    "secret_key": (SECRET_KEY,),
    "admin_password_hash": (PASSWORD_HASH,),
    "metrics_token": ("", SECRET_KEY[:20]),
    "dkim_keys": ("",),
}


def mutated(chance: random.Random) -> dict[str, str]:
    given = {name: chance.choice(values) for name, values in WORKING.items()}
    for name in chance.sample(sorted(WORKING), chance.choice((0, 1, 1, 1, 2))):
        text = given[name]
        at = chance.randint(0, len(text))
        until = min(len(text), at + chance.choice((0, 0, 1, 5)))
        given[name] = text[:at] + chance.choice(SCRAPS) + text[until:]
    return given


def started(given: dict[str, str], folder: Path) -> Settings | None:
    """None where it is refused; each problem is one sentence with no secret in it."""
    places = {"env": "production", "database_url": f"sqlite:///{folder}/letters.sqlite3",
              "mail_url": f"folder:{folder}/mail", "state": folder}  # fmt: skip
    try:
        return load(**{**GOOD, **given, **places})
    except ConfigError as error:
        for problem in error.problems:
            assert problem.startswith(PREFIX), problem
            assert len(problem) < 400, problem
            assert "\n" not in problem, problem
            assert "hush" not in problem, problem
            assert SECRET_KEY not in problem, problem
        return None


def works(settings: Settings, folder: Path) -> None:
    """Somebody signs up, and the letter's links open."""
    world = worlds.of(settings)
    shutil.rmtree(folder / "mail", ignore_errors=True)
    world.sign_up()
    letter = message_from_bytes(messages(folder / "mail")[-1].read_bytes(), policy=policy.default)
    links = [url for url in world.links(letter) if url.startswith(f"{settings.base_url}/")]
    assert len(links) >= 2, letter
    assert [link for link in links if world.open(link).status_code != 200] == []
    world.runtime.engine.dispose()


def test_settings_work_or_are_refused(sqlite_template: Path, tmp_path: Path) -> None:
    chance = random.Random(4)
    refused, tried = 0, set()
    for _ in range(TRIED):
        settings = started(mutated(chance), tmp_path)
        if settings is None:
            refused += 1
        elif (key := (settings.base_url, settings.mail_from, settings.mail_inbox)) not in tried:
            tried.add(key)
            shutil.copy(sqlite_template, tmp_path / "letters.sqlite3")
            works(settings, tmp_path)
    assert refused > TRIED // 4
    assert len(tried) > TRIED * 15 // 200


def test_the_web_server_says_what_is_wrong_once_and_gives_up(tmp_path: Path) -> None:
    words, log = ("--bind", "127.0.0.1:0", "--workers", "1", "wsgi:app"), tmp_path / "log"
    wrong = environment(env="production", base_url="https://a.example?x")
    assert forked.gunicorn(*words, environment=wrong, log=log).wait(timeout=60) != 0
    assert log.read_text().count("LETTERPATH_BASE_URL must be without a query") == 1
    assert "Traceback" not in log.read_text()
