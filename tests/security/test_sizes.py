"""Length before meaning: nothing that a stranger sends costs more than its size does."""

import time
from collections.abc import Callable
from functools import partial
from io import BytesIO
from urllib.parse import quote_plus

import pytest
from werkzeug.test import TestResponse

from course.http import request_sizes
from emails import address
from emails.errors import AddressError
from tests.security.kit import (
    a_new_network,
    browse,
    doors,
    fields,
    form_token_of,
    lesson_link,
    open_journal,
)
from tests.support import amounts
from tests.support.world import HTTPS, World

# Seconds of CPU that a megabyte may take, and a form that is as large as a form may be.
MOST, MOST_OF_A_FORM = 0.05, 0.25

MEGABYTE = 1_000_000

# Of the nasty values, each form is sent every ninth in `make test`, and each form others.
STEP = amounts.of(1, 9)
FORM = "application/x-www-form-urlencoded"

NASTY = {
    "combining characters of two classes": "a\u0300\u0316",
    "combining characters before an @": "\u0316\u0300",
    "letters": "a",
    "digits": "1",
    "at": "@",
    "dots": "a.",
    "encoded domains": "xn--a.",
    "long s, which grows": "\u0390\ufb03",
    "emoji": "\U0001f469\u200d\U0001f469",
    "percent": "%",
    "ampersands": "a&",
    "equals": "a=",
    "blanks": " \t",
    "lines": "\r\n",
    "brackets": "[",
    "quotes": "\"'",
    "backslashes": "\\",
    "right to left": "\u202e\u05d0",
    "nothing": "\0",
}


def body(named: list[str], value: str, size: int, token: str) -> bytes:
    """Every field has as much of it, until `size` bytes are full."""
    each = quote_plus(value * (size // len(quote_plus(value)) // len(named) + 1))
    text = "&".join(f"{name}={each}" for name in named)
    return f"csrf_token={token}&{text}".encode()[:size]


def sent(world: World, path: str, data: bytes, mimetype: str = FORM) -> TestResponse:
    """From a network of its own."""

    def post() -> TestResponse:
        network = a_new_network()
        return world.client.post(
            path, data=data, content_type=mimetype, base_url=HTTPS, environ_base=network
        )

    answer = within(MOST if len(data) >= MEGABYTE else MOST_OF_A_FORM, post)
    assert answer.status_code < 500, path
    return answer


def within(most: float, ask: Callable[[], TestResponse]) -> TestResponse:
    """Asked again where it took too long: a page may have been new, or the machine busy."""
    for _ in range(3):
        before = time.thread_time()
        answer = ask()
        took = time.thread_time() - before
        if took < most:
            return answer
    raise AssertionError(f"{took:.3f} s for {answer.request.path[:40]}")


@pytest.mark.parametrize("value", NASTY.values(), ids=NASTY)
def test_an_address_takes_no_longer_for_being_long(value: str) -> None:
    local, domain = "a" + value * MEGABYTE + "@example.org", "a@" + value * MEGABYTE
    before = time.thread_time()
    address.normalise(local)
    address.normalise(domain)
    with pytest.raises(AddressError):
        address.parse(local)
    assert time.thread_time() - before < MOST


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_form_answers_the_largest_and_nastiest_at_once(enrolled: World) -> None:
    browse(enrolled, "/journal/link")  # what is compiled once is compiled
    open_journal(enrolled)
    token, named = form_token_of(enrolled), fields()
    for number, path in enumerate(doors(enrolled)):
        for value in [*NASTY.values()][number % STEP :: STEP]:
            for size in (MEGABYTE, request_sizes.MAX_TEXT_FORM_BYTES, request_sizes.MAX_FORM_BYTES):
                sent(enrolled, path, body(named[:20], value, size, token))
                sent(enrolled, path, body(["text"], value, size, token))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_form_answers_parts_without_number_at_once(enrolled: World) -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\na\r\n'
    file = b'--x\r\nContent-Disposition: form-data; name="text"; filename="f"\r\n\r\na\r\n'
    odd = b"--x\r\n" + b"Content-Disposition: form-data;" * 10_000
    for path in doors(enrolled):
        for data in (part * 9_000, file * 8_000, odd, b"--x" * 100_000, b"\r\n--x" * 100_000):
            for size in (len(data), request_sizes.MAX_FORM_BYTES):
                sent(enrolled, path, data[:size] + b"--x--", "multipart/form-data; boundary=x")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_form_of_too_many_fields_is_refused_as_too_large(enrolled: World) -> None:
    reflect = enrolled.path(lesson_link(enrolled, "/reflect/"))
    for data in (b"&" * 100, b"a=&" * 130_000, b"text=a&" * 40):
        assert sent(enrolled, reflect, data).status_code == 413


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("size", [40_000, 600_000])
def test_a_body_without_a_length_is_as_large_as_one_with_it(enrolled: World, size: int) -> None:
    """Sent in chunks, as the web server hands it on."""
    data = f"csrf_token={form_token_of(enrolled)}&address=a&text=".encode() + b"a" * size
    answer = enrolled.client.post(
        "/journal/link", input_stream=BytesIO(data), content_type=FORM, base_url=HTTPS,
        environ_overrides={"wsgi.input_terminated": True}, headers={"Content-Length": ""},
    )  # fmt: skip
    assert answer.status_code == 413


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_request_line_and_headers_have_a_length(world: World) -> None:
    """gunicorn refuses most of these by itself; another server may not."""
    client = world.client.application.test_client(use_cookies=False)
    for value in NASTY.values():
        large = quote_plus(value * 20_000)[:40_000]
        latin = (value * 20_000).encode().decode("latin-1").translate({10: 32, 13: 32})
        asked: list[tuple[str, dict[str, str]]] = [
            ("/?a=" + large, {}), ("/" + large, {}), ("/pace/" + large, {}),
            *(("/", {name: latin}) for name in ("Cookie", "Accept", "X-Any", "Authorization")),
        ]  # fmt: skip
        for path, headers in asked:
            get = partial(client.get, path, headers=headers, base_url=HTTPS)
            answer = within(MOST_OF_A_FORM, get)
            assert answer.status_code in {404, 414, 431}, (path[:20], headers.keys())


def test_what_was_typed_too_long_comes_back_with_the_reason(world: World) -> None:
    for long in ("a" * 10_000, "\u0300\u0316" * 1_000, "a@" + "b." * 5_000):
        answer = world.press("/courses/emotional-safety/sign-ups", address=long)
        assert answer.status_code == 422
        assert long[:100] in answer.text


def test_a_long_reflection_is_not_cut(enrolled: World) -> None:
    reflect = enrolled.path(lesson_link(enrolled, "/reflect/"))
    words = "\U0001f469" * 39_990 + "the end"
    assert enrolled.press(reflect, text=words).status_code == 303
    too_many = enrolled.press(reflect, text=words + "more" * 500)
    assert too_many.status_code == 422
    assert "the endmoremore" in too_many.text
