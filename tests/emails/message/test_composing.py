"""The bytes of a message, and the headers that mail programs act upon."""

from datetime import datetime, timedelta, timezone
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Any

import pytest

from emails.errors import RenderError
from emails.letter.compiling import Rendered, compile_letter
from emails.message.composing import compose
from tests.emails.samples import CNT, NOW, for_ada, headers, lesson
from tests.support.message_rules import check_message


def sent(rendered: Rendered | None = None, **more: Any) -> bytes:
    return compose(rendered or for_ada(compile_letter(lesson(), CNT)), *headers(**more))


def parsed(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def test_a_lesson_keeps_every_rule() -> None:
    check_message(sent())


def test_the_headers_say_what_they_were_told() -> None:
    message = parsed(sent(reply_to="Inbox <inbox@example.org>"))
    assert message["From"] == "CNT <letters@example.org>"
    assert message["To"] == "ada@example.org"
    assert message["Reply-To"] == "Inbox <inbox@example.org>"
    assert message["Message-ID"] == "<1.1@example.org>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Feedback-ID"] == "1:emotional-safety:lesson:letterpath"
    assert message["List-ID"] == "Emotional Safety in Five Steps <emotional-safety.example.org>"


def test_both_parts_come_out_as_they_went_in() -> None:
    rendered = Rendered("s", "<p>Ça va? = 📝</p>\n.\nFrom here\n", "Ça va? = 📝\n.\nFrom here  \n")
    message = parsed(sent(rendered, feedback_id="1:a:b:c"))
    text, html = message.iter_parts()
    assert text.get_payload(decode=True) == rendered.text.replace("\n", "\r\n").encode()
    assert html.get_payload(decode=True) == rendered.html.replace("\n", "\r\n").encode()


def test_the_date_is_told_in_utc() -> None:
    berlin = timezone(timedelta(hours=1))
    assert parsed(sent(date=NOW.astimezone(berlin)))["Date"] == "Tue, 08 Dec 2026 18:30:00 +0000"


def test_the_same_letter_is_the_same_bytes() -> None:
    assert sent() == sent()


@pytest.mark.parametrize("name", ['"Ça va" GmbH <x>', "A, B", "Zoë", "Z" * 90, "é" * 90, "a =?b"])
def test_a_name_in_front_of_an_address_comes_out_whole(name: str) -> None:
    quoted = name.replace("\\", r"\\").replace('"', r"\"")
    raw = sent(sender=f'"{quoted}" <letters@example.org>')
    check_message(raw)
    # The older parser: the newer one puts a space between two encoded words of a name.
    header = str(make_header(decode_header(message_from_bytes(raw)["From"])))
    assert parseaddr(header)[0] == name or header == f"{name} <letters@example.org>"


@pytest.mark.parametrize(
    "subject", ["Zoë, hear it first", "é" * 120, "word " * 25, "x" * 150, "=?utf-8?q?x?=", "📝", ""]
)
def test_any_subject_comes_out_whole(subject: str) -> None:
    rendered = for_ada(compile_letter(lesson(), CNT))
    raw = sent(Rendered(subject.strip(), rendered.html, rendered.text))
    check_message(raw)
    assert str(parsed(raw)["Subject"]) == subject.strip()


def test_the_longest_unsubscribe_url_is_never_broken() -> None:
    url = "https://" + "a" * (76 - 8)
    assert f"<{url}>".encode() in sent(unsubscribe_url=url)


def test_development_may_run_on_localhost() -> None:
    check_message(sent(unsubscribe_url="http://localhost:8000/u/AwEAB2vTk3xWm0GJ1nQ7ZrTtLg"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"unsubscribe_url": "https://" + "a" * 69},
        {"unsubscribe_url": "https://example.org/a b"},
        {"unsubscribe_url": "https://example.org/>\r\nBcc: x"},
        {"unsubscribe_url": "ftp://example.org/"},
        {"unsubscribe_mailto": "letters@example.org"},
        {"unsubscribe_mailto": "mailto:a@example.org\r\nBcc: x@example.org"},
        {"sender": "CNT\r\nBcc: grace@example.org <letters@example.org>"},
        {"sender": "nobody"},
        {"sender": "CNT <lettérs@example.org>"},
        {"recipient": "ada@example.org\nBcc: grace@example.org"},
        {"recipient": "ada@example.org, grace@example.org"},
        {"reply_to": "a@example.org\r\n\r\nbody"},
        {"message_id": "<1@example.org>\r\nX: y"},
        {"message_id": "1@example.org"},
        {"message_id": "<42.1@exam ple.org>"},
        {"list_id": "Course\nX: y <a.example.org>"},
        {"list_id": "Course"},
        {"feedback_id": "1:2:3\r\nX: y"},
        {"date": datetime(2026, 12, 8, 18, 30)},  # noqa: DTZ001
    ],
)
def test_what_would_break_a_header_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r".+") as caught:
        sent(**wrong)
    assert isinstance(caught.value, RenderError)


def test_a_subject_with_a_line_break_is_refused() -> None:
    with pytest.raises(ValueError, match="line breaks"):
        sent(Rendered("a\r\nBcc: grace@example.org", "h", "t"))


def test_a_message_that_would_be_clipped_is_refused() -> None:
    with pytest.raises(RenderError, match="80000"):
        sent(Rendered("s", "x" * 80_000, "t"))


def test_an_address_beyond_ascii_stands_in_the_header_as_it_is() -> None:
    assert "To: zoë@example.org\r\n".encode() in sent(recipient="zoë@example.org")


def test_a_message_says_its_language() -> None:
    assert parsed(sent(language="pt-BR"))["Content-Language"] == "pt-BR"
    assert parsed(sent())["Content-Language"] is None
    with pytest.raises(ValueError, match="not a language"):
        sent(language="de\r\nX: y")
