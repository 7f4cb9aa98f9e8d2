"""How a world is made: real database, real routes, a clock that we move."""

from pathlib import Path

from argon2 import PasswordHasher

from course.app import create_app
from course.config.loader import load
from course.config.settings import Settings
from course.runtime.process import build
from tests.support import compiled_once
from tests.support.clocks import FixedClock
from tests.support.world import FRIDAY, HTTPS, SECRET_KEY, World

# What development draws for itself, and hashes anew in every process.
DRAWN = "drawn-for-us"
DRAWN_HASH = PasswordHasher(time_cost=1, memory_cost=8192).hash(DRAWN)


def make(database_url: str, state: Path, mail_url: str = "memory:", **settings: object) -> World:
    """A world on a database that `shipped.publish` has filled."""
    usual = {
        "base_url": HTTPS,
        "mail_from": "CNT <letters@example.org>",
        "redis_url": "redis://127.0.0.1:1",
    }
    _draw(state)
    if (state / "admin_password").read_text() == DRAWN:
        usual["admin_password_hash"] = DRAWN_HASH
    given = {"database_url": database_url, "mail_url": mail_url, "state": state, **settings}
    loaded = load(**{**usual, **given})
    return of(loaded)


def of(settings: Settings) -> World:
    clock = FixedClock(FRIDAY)
    runtime = build(settings, clock)
    compiled_once.share_statements(runtime.engine)
    app = create_app(runtime)
    app.jinja_env.bytecode_cache = _PAGES
    return World(runtime, clock, app.test_client())


def _draw(state: Path) -> None:
    """The secrets that development draws, where it keeps them: the same in every world."""
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, secret in (("admin_password", DRAWN), ("secret_key", SECRET_KEY)):
        path = state / name
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(secret)


_PAGES = compiled_once.Pages()
compiled_once.share_routes()
compiled_once.share_samplers()
