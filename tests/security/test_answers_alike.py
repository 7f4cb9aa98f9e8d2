"""Nobody learns who is subscribed, and no header leads elsewhere."""

from tests.security.kit import headers_of, lesson_link, plain
from tests.support.world import World


def test_a_known_address_and_an_unknown_one_get_the_same_answer(enrolled: World) -> None:
    enrolled.subscribe()
    newsletter = "/newsletters/evening-notes/sign-ups"
    for path in ("/courses/emotional-safety/sign-ups", newsletter, "/journal/link"):
        known = enrolled.press(path, address="ada@example.org")
        unknown = enrolled.press(path, address="grace@example.org")
        assert (known.status_code, plain(known)) == (unknown.status_code, plain(unknown))
        assert headers_of(known) == headers_of(unknown)


def test_an_address_that_has_no_journal_gets_no_letter(enrolled: World) -> None:
    enrolled.sign_up("grace@example.org")
    for address in ("grace@example.org", "mallory@example.org"):
        before = len(enrolled.mail())
        enrolled.press("/journal/link", address=address)
        enrolled.settle()
        assert len(enrolled.mail()) == before


def test_a_host_header_leads_nowhere(enrolled: World) -> None:
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    reflect = enrolled.path(lesson_link(enrolled, "/reflect/"))
    for path in (
        "/",
        "/admin",
        "/admin/",
        "/journal",
        "/journal//link",
        "//evil.example/",
        reflect,
    ):
        answer = enrolled.client.get(path, headers=headers)
        assert b"evil.example" not in answer.data, path
        assert "evil.example" not in answer.headers.get("Location", ""), path


def test_no_page_sends_anybody_elsewhere(enrolled: World) -> None:
    pace = enrolled.path(lesson_link(enrolled, "/pace/"))
    for path in (f"{pace}/schedule", f"{pace}/pause", "/admin/session", "/journal/link"):
        away = "?next=//evil.example&done=//evil.example&to=https://evil.example"
        answer = enrolled.press(path + away, next="//evil.example", length="open")
        assert b'"//evil.example' not in answer.data
        assert "evil.example" not in answer.headers.get("Location", "")
