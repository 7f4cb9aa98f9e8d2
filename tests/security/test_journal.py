"""Who holds a forwarded letter sees no word of its owner."""

from datetime import timedelta

import pytest
from markdown_it import MarkdownIt

from course.app import create_app
from course.runtime.process import build
from emails.tokens import Purpose
from tests.security.kit import HOUR, SECRET, erase, form_token, lesson_link, open_journal, written
from tests.support.world import FRIDAY, HTTPS, World


def test_who_holds_a_forwarded_lesson_does_not_see_what_its_owner_made_of_their_words(
    enrolled: World,
) -> None:
    """Mallory adds an answer; Ada finds it in her journal and writes over it, within the hour."""
    reflect, ada = lesson_link(enrolled, "/reflect/"), enrolled.client
    mallory = enrolled.client = enrolled.another_browser()
    enrolled.press(reflect, text="Mallory's words.")
    enrolled.client = ada
    enrolled.clock.advance(timedelta(minutes=1))
    open_journal(enrolled)
    enrolled.press("/journal/reflections/1", text=SECRET)
    enrolled.client = mallory
    assert SECRET not in enrolled.open(reflect).get_data(as_text=True)
    enrolled.press(reflect, text="Mallory again.")
    assert written(enrolled) == [SECRET, "Mallory again."]


def test_a_session_before_the_journal_was_opened_is_not_the_one_after(enrolled: World) -> None:
    before = form_token(enrolled.client)
    open_journal(enrolled)
    answer = enrolled.client.post("/journal/lock", data={"csrf_token": before}, base_url=HTTPS)
    assert answer.status_code == 400
    assert enrolled.open("/journal").status_code == 200


def test_an_open_journal_is_no_key_to_the_overview_and_the_other_way_round(
    production: World,
) -> None:
    world = production
    assert world.press("/admin/session", password="open, please").status_code == 303
    assert world.open("/admin/").status_code == 200
    assert world.open("/journal").status_code == 303
    world.press("/journal/open/" + world.runtime.signer.sign(Purpose.JOURNAL, 1, FRIDAY))
    assert world.open("/admin/").status_code == 303


def test_an_open_journal_closes_after_four_hours_and_when_it_is_erased(enrolled: World) -> None:
    open_journal(enrolled)
    erase(enrolled)
    for path in ("/journal", "/journal/export.md", "/journal/reflections/1"):
        assert enrolled.open(path).status_code == 410
    enrolled.clock.advance(4 * HOUR)
    assert enrolled.open("/journal").status_code == 303


def test_the_session_cookie_is_kept_from_scripts_and_from_other_sites(world: World) -> None:
    cookie = world.open("/journal/link").headers["Set-Cookie"]
    assert cookie.startswith("__Host-letterpath=")
    assert all(word in cookie for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))
    assert "Domain=" not in cookie


def test_the_author_sees_no_reflection(enrolled: World) -> None:
    enrolled.press(lesson_link(enrolled, "/reflect/"), text=SECRET)
    password = (enrolled.runtime.settings.state / "admin_password").read_text()
    enrolled.press("/admin/session", password=password)
    page = enrolled.open("/admin/").get_data(as_text=True)
    assert "ada@example.org" in page
    assert SECRET not in page


def test_over_plain_http_the_cookie_has_a_plain_name(world: World) -> None:
    settings = world.runtime.settings.model_copy(update={"base_url": "http://localhost:8000"})
    client = create_app(build(settings, world.clock)).test_client()
    assert client.get("/journal/link").headers["Set-Cookie"].startswith("letterpath=")


def test_below_a_path_the_cookie_is_one_that_browsers_take(world: World) -> None:
    """And another installation's, below another path of the same host, stays as it is."""
    settings = world.runtime.settings.model_copy(update={"base_url": f"{HTTPS}/letters"})
    client = create_app(build(settings, world.clock)).test_client()
    cookie = client.get("/letters/journal/link", base_url=HTTPS).headers["Set-Cookie"]
    assert cookie.startswith("__Secure-letterpath=")
    assert "Path=/letters;" in cookie


def test_a_session_is_not_signed_with_sha_1(world: World) -> None:
    cookie = world.open("/journal/link").headers["Set-Cookie"].split("=", 1)[1].split(";")[0]
    signature = cookie.rsplit(".", 1)[1]
    assert len(signature) == 43  # 256 bits in base64


def test_production_always_insists_on_https(production: World) -> None:
    for path in ("/healthz", "/journal/link", "/no-such-page", "/static/letterpath.css"):
        answer = production.client.get(path, base_url="http://letters.example.org")
        assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]


ACTIVE = [
    "![](https://evil.example/x.png)",
    "<script>alert(1)</script>",
    "## Another lesson",
    "```\n## Out of the fence\n```",
    "````text\n# x\n`````",
    "~~~\n[x](javascript:alert(1))",
    "one\n=====",
    "    ```\r```\r# x",
]


@pytest.mark.parametrize("text", ACTIVE)
def test_what_was_written_is_text_in_the_owners_file(enrolled: World, text: str) -> None:
    enrolled.press(lesson_link(enrolled, "/reflect/"), text=text)
    open_journal(enrolled)
    parsed = MarkdownIt().parse(enrolled.open("/journal/export.md").text)
    fences = [token for token in parsed if token.type == "fence"]
    assert [token.content.split() for token in fences] == [text.split()]
    assert [token.tag for token in parsed if token.type == "heading_open"] == ["h1", "h2"]
    assert not [token for token in parsed if token.type == "html_block"]
