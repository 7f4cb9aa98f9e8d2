"""A form without its token, or with another browser's, changes nothing."""

import io
import re
from base64 import urlsafe_b64decode

import pytest

from tests.security.kit import (
    ONE_CLICK,
    UNFORGEABLE,
    browse,
    form_token,
    lesson_link,
    open_journal,
    paths,
    real_tokens,
    rules,
    url_of,
    written,
)
from tests.support.world import HTTPS, World


def test_no_form_is_taken_without_its_token(enrolled: World) -> None:
    """Those that need none: one takes exactly its body, the others change nothing."""
    before = enrolled.rows()
    for rule in rules(enrolled, "POST"):
        if rule.endpoint not in UNFORGEABLE:
            assert enrolled.another_browser().post(url_of(rule)).status_code == 400, rule
    assert enrolled.rows() == before


def test_no_form_is_taken_without_its_token_when_every_link_is_real(enrolled: World) -> None:
    before, client = enrolled.rows(), enrolled.another_browser()
    for rule in rules(enrolled, "POST"):
        if rule.endpoint != "unsubscribing.one_click":
            for path in {url_of(rule, token) for token in real_tokens(enrolled, rule)}:
                client.post(path, data={"sure": "yes", "text": "Mine."})
    assert enrolled.rows() == before


def test_a_form_token_of_another_browser_is_worth_nothing(enrolled: World) -> None:
    reflect = enrolled.path(lesson_link(enrolled, "/reflect/"))
    data = {"text": "Mine.", "csrf_token": form_token(enrolled.client)}
    assert enrolled.another_browser().post(reflect, data=data).status_code == 400
    assert written(enrolled) == []


def test_what_was_typed_stands_on_the_page_that_asks_again_however_short(enrolled: World) -> None:
    ours = {"Sec-Fetch-Site": "same-origin"}
    for path, name in [(lesson_link(enrolled, "/reflect/"), "text"), ("/journal/link", "address")]:
        answer = enrolled.client.post(
            enrolled.path(path), data={name: "Tea."}, headers=ours, base_url=HTTPS
        )
        assert answer.status_code == 400
        assert re.search(rf'<(textarea|input type="email")[^>]* name="{name}"', answer.text)
        assert "Tea." in answer.text


def test_a_form_token_is_signed_with_sha_256(enrolled: World) -> None:
    """SHA-1, which Flask-WTF takes by default, has 20 bytes."""
    signature = form_token(enrolled.client).rpartition(".")[2]
    assert len(urlsafe_b64decode(signature + "=")) == 32


def test_another_sites_form_gets_no_button_to_be_pressed_unread(enrolled: World) -> None:
    door = enrolled.path(lesson_link(enrolled, "/pace/")) + "/departure"
    for site, button in [("same-origin", True), ("same-site", False), ("cross-site", False)]:
        answer = enrolled.client.post(door, headers={"Sec-Fetch-Site": site}, base_url=HTTPS)
        assert answer.status_code == 400
        assert (b'name="csrf_token"' in answer.data) is button, site


def test_another_sites_form_does_not_close_an_open_journal(enrolled: World) -> None:
    """Its request comes without our cookie, so a new cookie would replace the one that is there."""
    headers = {"Sec-Fetch-Site": "cross-site"}
    answer = enrolled.another_browser().post("/journal/lock", headers=headers)
    assert "Set-Cookie" not in answer.headers


def test_a_form_on_another_site_fills_ours_in_and_leaves_an_open_journal_alone(
    enrolled: World,
) -> None:
    typed = {"address": "grace@example.org", "first_name": "Grace <Hopper>"}
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    carried = "/courses/emotional-safety/carried"
    answer = enrolled.another_browser().post(carried, data=typed, headers=elsewhere, base_url=HTTPS)
    assert [cookie.partition("=")[0] for cookie in answer.headers.getlist("Set-Cookie")] == [
        "__Host-carried"
    ]

    open_journal(enrolled)
    enrolled.client.post(carried, data=typed, base_url=HTTPS)
    page = enrolled.open("/courses/emotional-safety").text
    assert 'value="grace@example.org"' in page
    assert 'value="Grace &lt;Hopper&gt;"' in page
    assert "grace@example.org" not in enrolled.open("/courses/emotional-safety").text
    assert enrolled.open("/journal").status_code == 200


def test_one_click_takes_its_own_body_and_no_other(enrolled: World) -> None:
    url = enrolled.path(str(enrolled.letters()[-1]["List-Unsubscribe"]).split(">")[0].strip("<"))
    stranger = enrolled.another_browser()
    for data in ({}, {"List-Unsubscribe": "Two-Clicks"}, {**ONE_CLICK, "text": "more"}):
        assert stranger.post(url, data=data).status_code == 400
    assert enrolled.enrollment().state == "active"
    answer = stranger.post(url, data=ONE_CLICK)
    assert (answer.status_code, answer.data, answer.headers.get("Set-Cookie")) == (200, b"", None)
    assert enrolled.enrollment().state == "left"


def test_opening_any_page_changes_nothing(enrolled: World) -> None:
    """With GET, HEAD and OPTIONS, and where a POST belongs."""
    before = enrolled.rows()
    for path in paths(enrolled):
        for method in ("GET", "HEAD", "OPTIONS"):
            browse(enrolled, path, method=method)
    assert enrolled.rows() == before


def test_a_page_without_a_form_leaves_no_cookie(enrolled: World) -> None:
    for path in ("/journal", "/admin/", "/no-such-page"):
        assert "Set-Cookie" not in enrolled.another_browser().get(path).headers


STALE = [
    ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, True),
    ({"Origin": HTTPS}, True),
    ({"Origin": "https://evil.example"}, False),
    ({"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"}, False),
    ({"Origin": f"{HTTPS}.evil.example"}, False),
    ({"Origin": "null"}, False),
    ({}, False),
]


@pytest.mark.parametrize(("headers", "button"), STALE)
def test_a_stale_form_has_a_button_only_where_our_page_surely_sent_it(
    enrolled: World, headers: dict[str, str], button: bool
) -> None:
    reflect = enrolled.path(lesson_link(enrolled, "/reflect/"))
    answer = enrolled.client.post(
        reflect, data={"text": "Long words.\n" * 9}, headers=headers, base_url=HTTPS
    )
    assert answer.status_code == 400
    assert (b'<button class="button' in answer.data) is button
    foreign = "evil" in headers.get("Origin", "")
    assert (b"Long words." in answer.data) is not foreign


def test_a_typed_password_is_put_into_no_page(enrolled: World) -> None:
    for headers in ({"Origin": HTTPS}, {}, {"Sec-Fetch-Site": "same-origin"}):
        form = {"password": "a long secret of mine, longer than sixty letters and so kept"}
        answer = enrolled.client.post("/admin/session", data=form, headers=headers, base_url=HTTPS)
        assert answer.status_code == 400
        assert b"secret of mine" not in answer.data


BODIES = [
    ("List-Unsubscribe=One-Click", 200),
    ("List-Unsubscribe=One-Click\r\n", 200),
    ("List-Unsubscribe=One-Click&List-Unsubscribe=x", 400),
    ("List-Unsubscribe=x&List-Unsubscribe=One-Click", 400),
    ("List-Unsubscribe=One-Click&List-Unsubscribe=One-Click", 400),
    ("List-Unsubscribe=One-Click&a=b", 400),
    ("List-Unsubscribe=one-click", 400),
    ("", 400),
]


@pytest.mark.parametrize(("body", "status"), BODIES)
def test_one_click_takes_exactly_its_body(enrolled: World, body: str, status: int) -> None:
    url = enrolled.path(lesson_link(enrolled, "/u/"))
    kind = "application/x-www-form-urlencoded"
    answer = enrolled.another_browser().post(url, data=body, content_type=kind)
    assert answer.status_code == status
    assert enrolled.enrollment().state == ("left" if status == 200 else "active")


def test_one_click_takes_its_body_in_parts_and_no_file(enrolled: World) -> None:
    url = enrolled.path(lesson_link(enrolled, "/u/"))
    parts = "multipart/form-data"
    more = {**ONE_CLICK, "more": (io.BytesIO(b"x"), "x.txt")}
    assert enrolled.another_browser().post(url, data=more, content_type=parts).status_code == 400
    assert (
        enrolled.another_browser().post(url, data=ONE_CLICK, content_type=parts).status_code == 200
    )
    assert enrolled.enrollment().state == "left"
