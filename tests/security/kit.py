"""What Mallory works with."""

import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlmodel import select
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from course.db.transactions import reading
from course.models import Reflection
from course.runtime.links import LINKS
from emails.tokens import Purpose
from tests.support import amounts
from tests.support.world import HTTPS, World

WEEK, DAY, HOUR = timedelta(days=7), timedelta(days=1), timedelta(hours=1)
UNFORGEABLE = {"unsubscribing.one_click", "embedding.carry", "embedding.carry_newsletter"}
SECRET = "On the drive back from the lake."
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
SIGN_UPS, DOOR, SESSION = "/courses/emotional-safety/sign-ups", "/journal/link", "/admin/session"


def rules(world: World, method: str) -> list[Rule]:
    """Those that erase come last: after them a link opens nothing more."""
    every = world.client.application.url_map.iter_rules()
    found = [rule for rule in every if method in (rule.methods or ())]
    return sorted(found, key=lambda rule: rule.endpoint.startswith("erasures"))


def url_of(rule: Rule, token: str = "1") -> str:
    """A path of that rule; whatever it asks for is `token`, but for numbers and courses."""
    given = {"id_": "1", "slug": "emotional-safety", "filename": "letterpath.css"}
    built = rule.build({name: given.get(name, token) for name in rule.arguments})
    assert built is not None
    return built[1]


def paths(world: World, *more: str) -> dict[str, set[str]]:
    """Every path that there is, with real tokens, and more, where it has one; and its methods."""
    found: dict[str, set[str]] = {}
    for rule in world.client.application.url_map.iter_rules():
        for token in (*more, *real_tokens(world, rule)):
            found.setdefault(url_of(rule, token), set()).update(rule.methods or set())
    return found


# Of the tokens that open other pages, each page gets every fifth in `make test`, and each others.
STEP = amounts.of(1, 5)


def real_tokens(world: World, rule: Rule) -> list[str]:
    """The one that opens Ada's page, and those that open others of hers."""
    others = list(Purpose)[len(rule.endpoint) % STEP :: STEP]
    sign, now = world.runtime.signer.sign, world.clock.now()
    return [sign(purpose, 1, now) for purpose in dict.fromkeys([_opening(rule), *others])]


_NUMBERS = count(1)

TEMPLATES = Path(__file__).parents[2] / "course" / "templates"


def a_new_network() -> dict[str, str]:
    """One that nobody has used yet."""
    number = next(_NUMBERS)
    return {"REMOTE_ADDR": f"2001:{number // 65536 + 0xA00:x}:{number % 65536:x}::1"}


def fields() -> list[str]:
    """Of every form that there is: in the templates, and as the views read them."""
    course = TEMPLATES.parent
    pages = (re.findall(r'name="(\w+)"', path.read_text()) for path in TEMPLATES.rglob("*.html"))
    views = (
        re.findall(r'form\.get\("(\w+)"', path.read_text())
        for folder in ("web", "admin", "http")
        for path in (course / folder).glob("*.py")
    )
    named = {name for names in (*pages, *views) for name in names}
    return sorted(named | {"address", "first_name", "List-Unsubscribe"})


# For what has nothing to do with a database.
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def doors(world: World) -> Iterator[str]:
    """Every form's path, with a link that holds."""
    lesson = lesson_link(world, "/reflect/").rpartition("/")[2]
    for rule in rules(world, "POST"):
        purpose = _opening(rule)
        token = world.runtime.signer.sign(purpose, 1, world.clock.now())
        yield url_of(rule, lesson if purpose is Purpose.REFLECT else token)


def _opening(rule: Rule) -> Purpose:
    """What a link's token is for that opens it; any, where it has none."""
    found = (it for it, link in LINKS.items() if rule.rule.startswith(f"{link.path}<"))
    return next(found, Purpose.PACE)


def browse(world: World, path: str, method: str = "GET") -> TestResponse:
    return world.client.open(path, method=method, base_url=HTTPS, environ_base=a_new_network())


def from_network(world: World, remote: str, path: str, **form: str) -> TestResponse:
    data = {**form, "csrf_token": form_token_of(world)}
    environ = {"REMOTE_ADDR": remote}
    return world.client.post(path, data=data, base_url=HTTPS, environ_base=environ)


def let_in(
    client: FlaskClient, path: str, method: str = "POST", remote: str = "127.0.0.1", **form: str
) -> int:
    """The status of what is said before a page is made: 200 where nothing is.

    All that comes before the page is done, and its limits count it: a seventh of a request's cost.
    """
    cookies = [f"{one.key}={one.value}" for one in (client._cookies or {}).values()]
    app, environ = client.application, {"REMOTE_ADDR": remote}
    with app.test_request_context(
        path, method=method, data=form, base_url=HTTPS, environ_base=environ,
        headers={"Cookie": "; ".join(cookies)},
    ):  # fmt: skip
        try:
            assert app.preprocess_request() is None
        except HTTPException as refused:
            return refused.code or 500
    return 200


def form_token(client: FlaskClient) -> str:
    page = client.get("/journal/link", base_url=HTTPS).get_data(as_text=True)
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def form_token_of(world: World) -> str:
    """From a page that has not been opened too often."""
    return world.form_token(**a_new_network())


def all_answers(world: World) -> Iterator[TestResponse]:
    open_journal(world)
    for path, methods in paths(world, "1").items():
        for method in methods | {"DELETE"}:
            yield browse(world, path, method)
    for path in ("/no-such-page", "/static/no-such-file", "/courses/no-such-course"):
        yield browse(world, path)
    yield world.press("/journal/link", address="x" * 600_000)


def public(path: str) -> bool:
    return path.startswith(("/static/", "/brand/"))


def plain(answer: TestResponse) -> str:
    return re.sub(r'name="csrf_token" value="[^"]+"', "", answer.get_data(as_text=True))


def headers_of(answer: TestResponse) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name != "Set-Cookie"}


def lesson_link(world: World, part: str) -> str:
    lesson = next(m for m in reversed(world.letters()) if ":lesson:" in str(m["Feedback-ID"]))
    if part == "/u/":
        return str(lesson["List-Unsubscribe"]).split(">")[0].strip("<")
    return next(url for url in world.links(lesson) if re.fullmatch(f"{HTTPS}{part}[^/]+", url))


def written(world: World) -> list[str]:
    with reading(world.runtime.engine) as session:
        return list(session.exec(select(Reflection.text).order_by(Reflection.id)))  # type: ignore[arg-type]


def open_journal(world: World) -> None:
    world.press(world.runtime.links.to(Purpose.JOURNAL, 1, world.clock.now()))
    assert world.open("/journal").status_code == 200


def erase(world: World) -> None:
    world.press(world.runtime.links.to(Purpose.ERASE, 1, world.clock.now()))
