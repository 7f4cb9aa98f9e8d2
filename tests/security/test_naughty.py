"""515 texts that something might take for more than text, in every field of every form."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from inspect import getmodule, getsource, isfunction, unwrap
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from course.db.transactions import transaction
from course.journal import reflecting
from course.models import Delivery, RequestKind
from course.subscribers import requests
from course.subscribers.requests import NewRequest
from emails.tokens import Purpose
from tests.security.kit import (
    ON_SQLITE,
    SIGN_UPS,
    a_new_network,
    doors,
    fields,
    form_token_of,
    lesson_link,
    open_journal,
    rules,
    written,
)
from tests.support import amounts
from tests.support.message_rules import check_message
from tests.support.world import HTTPS, World

STRINGS: list[str] = json.loads((Path(__file__).parent / "naughty_strings.json").read_text())

# Of these, so many are tried in each place where not all are.
SOME = amounts.spread(STRINGS, 36)

# Each form gets every 41st in `make test`, and each form others.
STEP = amounts.of(1, 41)

HARMLESS = ["harmless", "ada@example.org", "a b", "a" * 300, "a\r\na", "a\na"]

FEW = amounts.spread(STRINGS, 13)

# What could begin or end something in HTML.
MARKS = set("<>&\"'`")


class Shape(HTMLParser):
    """What a page is made of: its tags, their attributes, and where they lead."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: Counter[str] = Counter()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found[tag] += 1
        for name, value in attrs:
            self.found[f"{tag} {name}"] += 1
            if name in {"href", "src", "action"} and value and not value.startswith(("/", HTTPS)):
                self.found[f"{tag} {name} {value}"] += 1

    def handle_decl(self, decl: str) -> None:
        self.found[decl] += 1


def test_there_are_as_many_as_we_say() -> None:
    assert len(STRINGS) == len(set(STRINGS)) == 515


@ON_SQLITE
def test_in_every_field_of_every_form_it_stays_text(enrolled: World) -> None:
    """An answer has the tags and attributes that one to a harmless text has."""
    open_journal(enrolled)
    for number, (path, named) in enumerate(forms(enrolled)):
        plain = shapes(enrolled, path, named)
        texts = STRINGS[number % STEP :: STEP] if named else FEW
        for text, answer in zip(
            texts, answers(enrolled, path, named or ["any"], texts), strict=True
        ):
            assert answer.status_code < 500, (path, text)
            check_headers(answer)
            if MARKS & set(text) and answer.status_code in plain:
                assert Shape(answer.text).found in plain[answer.status_code], (path, text)
            assert "<script>alert" not in answer.text


# What the functions read that several pages share, by what stands where they are called.
SHARED = {
    "request.form)": {"days", "weekday", "at", "zone", "until"},
    "form_fields.reader(": {"first_name", "zone"},
}


def forms(world: World) -> Iterator[tuple[str, list[str]]]:
    """Every form's path, and the fields that its view reads: most have a button only."""
    views = world.client.application.view_functions
    for path, rule in zip(doors(world), rules(world, "POST"), strict=True):
        read = getsource(unwrap(views[rule.endpoint]))
        for helper in re.findall(r"\b(_?\w+)\(", read):
            found = getattr(getmodule(views[rule.endpoint]), helper, None)
            read += getsource(unwrap(found)) if isfunction(found) else ""
        yield path, [name for name in fields() if f'"{name}"' in read or is_a_form(read, name)]


def is_a_form(read: str, name: str) -> bool:
    """Read by one of the functions that several pages share."""
    return any(of in read and name in names for of, names in SHARED.items())


@ON_SQLITE
@pytest.mark.parametrize("place", ["/journal/link?a=", "/", "/pace/"])
def test_in_a_path_or_a_query_it_stays_text(world: World, place: str) -> None:
    for text in SOME:
        path = place + text.replace("%", "%25").replace("?", "%3F").replace("#", "%23")
        answer = world.client.get(path, base_url=HTTPS, environ_base=a_new_network())
        assert answer.status_code < 500, text
        check_headers(answer)
        assert "<script>alert" not in answer.text


@ON_SQLITE
def test_in_a_cookie_or_a_header_it_is_nothing(world: World) -> None:
    client = world.client.application.test_client(use_cookies=False)
    for text in SOME:
        value = text.encode().decode("latin-1").translate({0: 32, 10: 32, 13: 32})
        headers = dict.fromkeys(("Accept-Language", "Sec-Fetch-Site", "Range", "X-Any"), value)
        headers["Cookie"] = f"__Host-letterpath={value}; __Host-carried={value}; {value}"
        answer = client.get(
            "/courses/emotional-safety", headers=headers, base_url=HTTPS,
            environ_base=a_new_network(),
        )  # fmt: skip
        assert answer.status_code < 500, text
        check_headers(answer)


def test_what_was_typed_comes_back_as_it_was(world: World, database_url: str) -> None:
    for text in SOME if "sqlite" in database_url else FEW:
        form = {"address": "nobody", "first_name": text}
        answer = next(answers(world, SIGN_UPS, [], [""], **form))
        assert answer.status_code == 422
        assert typed(answer, "first_name") == text[:256]


@ON_SQLITE
def test_as_a_name_it_makes_a_whole_letter(world: World) -> None:
    tried = amounts.spread(STRINGS, 103)
    asked = [
        NewRequest(RequestKind.SIGN_UP, f"reader{n}@example.org", world.clock.now(), course_id=1,
              first_name=" ".join(text.replace("\0", "").split())[:60], zone="UTC",
              wording="", place="")
        for n, text in enumerate(tried)
    ]  # fmt: skip
    requests.insert(world.runtime.engine, asked)
    world.settle()
    assert len(world.raw()) == len(tried)
    for raw in world.raw()[::5]:
        check_message(raw)
    for raw in world.raw():
        assert b"\nBcc:" not in raw
        assert raw.isascii()
        assert b"<script" not in raw


def test_as_an_answer_it_is_kept_to_the_letter(enrolled: World, database_url: str) -> None:
    reflect = enrolled.path(lesson_link(enrolled, "/reflect/"))
    texts = amounts.spread(STRINGS, 103) if "sqlite" in database_url else FEW
    kept = [f"before {text} after" for text in texts]
    with transaction(enrolled.runtime.engine) as session:
        delivery = session.get_one(Delivery, reflect_delivery(enrolled, reflect))
        for text in kept:
            reflecting.reflect(session, delivery, text, enrolled.clock.now())
    assert written(enrolled) == [text.replace("\r\n", "\n").replace("\0", "") for text in kept]
    open_journal(enrolled)
    assert "<script>alert" not in enrolled.open("/journal").text
    exported = json.loads(enrolled.open("/journal/export.json").text)
    assert json.dumps(exported).count("before ") >= len(kept)


def reflect_delivery(world: World, path: str) -> int:
    token, now = path.rpartition("/")[2], world.clock.now()
    return world.runtime.links.read(token, Purpose.REFLECT, now)


def answers(
    world: World, path: str, named: list[str], texts: list[str], **more: str
) -> Iterator[TestResponse]:
    """A few fields at a time, so that none hides another's effect."""
    token = form_token_of(world)
    for text in texts:
        data = dict.fromkeys(named, text) | more | {"csrf_token": token}
        answer = world.client.post(
            path, data=data, base_url=HTTPS, environ_base=a_new_network(), follow_redirects=False
        )
        if answer.status_code == 400:
            token = form_token_of(world)
        yield answer


def shapes(world: World, path: str, named: list[str]) -> dict[int, list[Counter[str]]]:
    """Of the answers to harmless texts, by their status."""
    found: dict[int, list[Counter[str]]] = {}
    for answer in answers(world, path, named, HARMLESS):
        found.setdefault(answer.status_code, []).append(Shape(answer.text).found)
    return found


def check_headers(answer: TestResponse) -> None:
    for name, value in answer.headers.items():
        assert (name + value).isascii()
        assert (name + value).isprintable()
    assert not {"Bcc", "A"} & {name for name, _ in answer.headers.items()}


def typed(answer: TestResponse, name: str) -> str | None:
    """What stands in the field of the form that came back."""
    return Fields(answer.text).values.get(name)


class Fields(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "input" and given.get("name"):
            self.values[str(given["name"])] = given.get("value") or ""


@ON_SQLITE
def test_the_fields_of_the_forms_are_found(enrolled: World) -> None:
    found = {path.rpartition("/")[2]: set(named) for path, named in forms(enrolled)}
    assert found["sign-ups"] >= {"address", "first_name", "zone"}
    assert found["schedule"] >= {"days", "at", "zone"}
    assert found["session"] == {"password"}
