"""A message made the quick way and the slow one, compared as the standard library reads them."""

import re
from collections.abc import Mapping
from email import message_from_bytes, policy
from email.headerregistry import HeaderRegistry
from email.message import EmailMessage
from functools import cache, lru_cache
from typing import Any

from emails.errors import EmailError, RenderError
from emails.letter.compiling import CompiledLetter, Value, render
from emails.message.compiled_message import CommonHeaders, CompiledMessage, RecipientHeaders
from emails.message.composing import compose
from tests.emails.samples import headers

COMMON, OWN = headers()


# The standard library parses a header whenever it is asked for, most of them over and over.
READING = policy.default.clone(header_factory=lru_cache(10_000)(HeaderRegistry()))


@cache
def compiled_message(letter: CompiledLetter, common: CommonHeaders = COMMON) -> CompiledMessage:
    made = CompiledMessage.of(letter, common)
    assert made is not None
    return made


def slow(letter: CompiledLetter, values: Mapping[str, Value], own: RecipientHeaders = OWN) -> bytes:
    return compose(render(letter, values), COMMON, own)


def attempt(make: Any, *given: Any) -> bytes | type[EmailError]:
    try:
        message: bytes = make(*given)
    except EmailError as error:
        return type(error)
    return message


def parsed(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=READING)
    assert isinstance(message, EmailMessage)
    return message


def said(raw: bytes) -> list[Any]:
    """All headers and both parts. The boundary is of no meaning."""
    message = parsed(raw)
    fields = [(name, str(value)) for name, value in message.items() if name != "Content-Type"]
    parts = [(part.items(), part.get_payload(decode=True)) for part in message.iter_parts()]
    return [message.get_content_type(), message.defects, *fields, *parts]


def check_the_same(quick: Any, other: Any) -> None:
    if isinstance(quick, bytes) and isinstance(other, bytes):
        assert said(quick) == said(other)
        check_lines(quick)
        check_lines(other)
    elif not too_long_by_a_line(quick, other):
        assert quick == other, "the same error"


def too_long_by_a_line(quick: Any, other: Any) -> bool:
    """The soft breaks around values are bytes too, so one may fit where the other does not."""
    made = [message for message in (quick, other) if isinstance(message, bytes)]
    return len(made) == 1 and RenderError in (quick, other) and len(made[0]) > 79_000


def check_lines(raw: bytes) -> None:
    bare = raw.replace(b"\r\n", b"")
    assert b"\r" not in bare
    assert b"\n" not in bare
    headers, _, body = raw.partition(b"\r\n\r\n")
    assert not any(line.startswith(b".") for line in raw.split(b"\r\n"))
    assert max(map(len, headers.split(b"\r\n"))) <= 998
    assert max(map(len, body.split(b"\r\n"))) <= 76
    assert re.sub(rb"^To: .*", b"", raw, flags=re.MULTILINE).isascii()
