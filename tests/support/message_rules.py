"""What holds for every message that leaves this house, whatever letter it is.

`check_message(raw)` is for any test that has the bytes of one.
"""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser

ONCE = (
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "List-ID",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "Feedback-ID",
    "MIME-Version",
    "Content-Type",
)

# An address that says what is in the picture, and nothing of who looks at it.
PICTURE = re.compile(r"https?://[^?#]+/pictures/[0-9a-f]{32}\.(?:jpg|png)")

# A mark of the compiler's that was not turned back.
LEFTOVER = re.compile(r"zq\d+x[0-9a-f]{10}qz")


def check_message(raw: bytes) -> None:
    """Raises `AssertionError` for the first rule that is broken."""
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    _check_lines(raw)
    _check_headers(raw, message)
    text, html = _parts(message)
    _check_html(html)
    _check_text(text, html)


def _check_lines(raw: bytes) -> None:
    assert len(raw) < 80_000, "Gmail clips what is longer"
    assert b"\n" not in raw.replace(b"\r\n", b""), "every line ends with CRLF"
    assert b"\r" not in raw.replace(b"\r\n", b"")
    lines, body = raw.split(b"\r\n"), raw.partition(b"\r\n\r\n")[2]
    assert max(map(len, lines)) <= 998, "RFC 5322, section 2.1.1"
    assert max(map(len, body.split(b"\r\n"))) <= 76, "RFC 2045, section 6.7"
    assert not any(line.startswith(b".") for line in lines), "nothing for a transport to double"
    assert raw.endswith(b"\r\n")


def _check_headers(raw: bytes, message: EmailMessage) -> None:
    assert message.defects == []
    for name in ONCE:
        assert len(message.get_all(name, [])) == 1, name
    assert str(message["Date"]).endswith("+0000"), "in UTC"
    assert re.fullmatch(r"<[^<>@\s]+@[^<>@\s]+>", message["Message-ID"].strip())
    assert re.search(r"<[\w.-]+>$", message["List-ID"]), "RFC 2919"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click", "RFC 8058"
    assert message["Auto-Submitted"] in (None, "auto-generated")
    assert message["X-Auto-Response-Suppress"] == "OOF, AutoReply", "no out-of-office answers"
    assert re.fullmatch(r"[\w-]{5,15}", message["Feedback-ID"].rpartition(":")[2]), "Google's form"
    if ":lesson:" in message["Feedback-ID"]:
        assert message["Auto-Submitted"] == "auto-generated"
    assert "\n" not in str(message["Subject"])
    _check_unsubscribe(raw)


def _check_unsubscribe(raw: bytes) -> None:
    """Looked at as it travels: folding must not have touched the URL."""
    found = re.search(rb"^List-Unsubscribe: ([^\r\n]*(?:\r\n[ \t][^\r\n]*)*)", raw, re.MULTILINE)
    assert found is not None
    value = found[1]
    ways = re.fullmatch(rb"<(https?://[^\s<>,]+)>,(?:\r\n)? <(mailto:[^\s<>,]+@[^\s<>,]+)>", value)
    assert ways is not None, value
    assert len(ways[1]) <= 76, "longer ones are broken by folding on the way"
    assert ways[1].startswith((b"https://", b"http://localhost", b"http://127.0.0.1"))


def _parts(message: EmailMessage) -> tuple[str, str]:
    assert message.get_content_type() == "multipart/alternative"
    first, second = message.iter_parts()
    assert isinstance(first, EmailMessage)
    assert isinstance(second, EmailMessage)
    assert first.get_content_type() == "text/plain", "the text part comes first"
    assert second.get_content_type() == "text/html"
    for part in (first, second):
        assert part["Content-Transfer-Encoding"] == "quoted-printable"
        assert part.get_content_charset() == "utf-8"
    return str(first.get_content()), str(second.get_content())


class _Page(HTMLParser):
    """Notes what the rules are about."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag in ("title", "style"):
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("title", "style"):
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if "style" not in self._inside:
            self.words.append(data.strip())

    def all(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag == name]


def _check_html(html: str) -> None:
    page = _Page()
    page.feed(html)
    assert page.all("html")[0].get("lang"), "a screen reader needs the language"
    assert re.search(r"<title>[^<]+</title>", html)
    for image in page.all("img"):
        assert image.get("alt"), "a picture needs its description"
        assert PICTURE.fullmatch(image.get("src") or ""), "a picture is one of ours, for everybody"
    for table in page.all("table"):
        assert table.get("role") in ("presentation", "table")
    for link in page.all("a"):
        assert re.match(r"https?://|mailto:|tel:", link.get("href") or ""), link
    schemes = [meta for meta in page.all("meta") if meta.get("name") == "color-scheme"]
    assert schemes, "dark mode"
    assert "@media (prefers-color-scheme: dark)" in html
    _check_nothing_else_is_fetched(page, html)
    assert not LEFTOVER.search(html)


def _check_nothing_else_is_fetched(page: _Page, html: str) -> None:
    names = {tag for tag, _ in page.tags}
    assert not names & {"link", "script", "iframe", "object", "embed", "form", "video", "audio"}
    for tag, attributes in page.tags:
        assert "srcset" not in attributes, tag
        assert tag == "img" or "src" not in attributes, tag
        assert not re.match(r"(?:https?:)?//", attributes.get("background") or ""), tag
    assert "@import" not in html
    assert not re.search(r"url\(\s*['\"]?\s*(?:https?:)?//", html)


def _check_text(text: str, html: str) -> None:
    page = _Page()
    page.feed(html)
    assert text.strip(), "readable without HTML"
    assert not LEFTOVER.search(text)
    for link in page.all("a"):
        address = (link["href"] or "").removeprefix("mailto:")
        pattern = rf"(?<!\S){re.escape(address)}(?!\S)"
        assert re.search(pattern, text), f"whole in the text part: {address}"
