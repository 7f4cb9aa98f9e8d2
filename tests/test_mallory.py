"""Mallory is up to no good: forged forms, changed tokens, other people's doors, bad manners."""

import logging
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlmodel import col, select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from course.db import reading, transaction
from course.models import (
    Delivery,
    Reflection,
    Request,
    RequestKind,
    Suppression,
    SuppressionReason,
)
from course.web.letters import KEYS
from emails.tokens import Purpose, Signer
from tests import world as worlds
from tests.message_check import check_message
from tests.world import FRIDAY, HTTPS, World

WEEK, DAY, HOUR = timedelta(days=7), timedelta(days=1), timedelta(hours=1)
UNFORGEABLE = {"leaving.one_click", "embedding.carry"}
SECRET = "On the drive back from the lake."
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def enrolled(world: World) -> World:
    """Ada has her first lesson."""
    world.enroll()
    world.go(WEEK)
    return world


@pytest.fixture
def production(database_url: str, tmp_path: Path) -> Iterator[World]:
    made = worlds.make(
        database_url,
        tmp_path,
        mail_url=f"folder:{tmp_path / 'mail'}",
        env="production",
        secret_key="x" * 40,
        admin_password_hash=PasswordHasher(time_cost=1, memory_cost=8192).hash("open, please"),
    )
    yield made
    made.runtime.engine.dispose()


# Forms


def test_no_form_is_taken_without_its_token(enrolled: World) -> None:
    """The two doors that need none: one takes exactly its body, the other changes nothing."""
    before = enrolled.rows()
    for rule in rules(enrolled, "POST"):
        if rule.endpoint not in UNFORGEABLE:
            assert enrolled.another_browser().post(url_of(rule)).status_code == 400, rule
    assert enrolled.rows() == before


def test_no_form_is_taken_without_its_token_when_every_link_is_real(enrolled: World) -> None:
    before, client = enrolled.rows(), enrolled.another_browser()
    for rule in rules(enrolled, "POST"):
        for purpose in Purpose:
            token = enrolled.runtime.signer.sign(purpose, 1, enrolled.clock.now())
            if rule.endpoint != "leaving.one_click":
                client.post(url_of(rule, token), data={"sure": "yes", "text": "Mine."})
    assert enrolled.rows() == before


def test_a_form_token_of_another_browser_is_worth_nothing(enrolled: World) -> None:
    reflect = enrolled.path(lesson_link(enrolled, "/reflect/"))
    data = {"text": "Mine.", "csrf_token": form_token(enrolled.client)}
    assert enrolled.another_browser().post(reflect, data=data).status_code == 400
    assert written(enrolled) == []


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
    for rule in enrolled.client.application.url_map.iter_rules():
        for purpose in Purpose:
            token = enrolled.runtime.signer.sign(purpose, 1, enrolled.clock.now())
            for method in ("GET", "HEAD", "OPTIONS"):
                browse(enrolled, url_of(rule, token), method=method)
    assert enrolled.rows() == before


def test_a_page_without_a_form_leaves_no_cookie(enrolled: World) -> None:
    for path in ("/journal", "/admin/", "/no-such-page"):
        assert "Set-Cookie" not in enrolled.another_browser().get(path).headers


# Tokens


def test_a_changed_token_opens_nothing(enrolled: World) -> None:
    for part in ("/reflect/", "/pace/", "/u/", "/letters/"):
        url = lesson_link(enrolled, part)
        for place in range(1, 30):
            other = "A" if url[-place] != "A" else "B"
            changed = url[:-place] + other + url[len(url) - place + 1 :]
            if changed.startswith(f"{HTTPS}{part}"):
                assert browse(enrolled, enrolled.path(changed)).status_code == 404, changed


def test_a_token_opens_only_what_it_was_made_for(enrolled: World) -> None:
    paths = {Purpose.CONFIRM: "/confirm/", Purpose.REFLECT: "/reflect/", Purpose.PACE: "/pace/"}
    paths |= {Purpose.LEAVE: "/u/", Purpose.VIEW: "/letters/", Purpose.SAMPLER: "/sampler/"}
    paths |= {Purpose.JOURNAL: "/journal/open/", Purpose.ERASE: "/erase/"}
    for purpose in Purpose:
        token = enrolled.runtime.signer.sign(purpose, 1, enrolled.clock.now())
        for other, path in paths.items():
            if other is not purpose:
                assert browse(enrolled, path + token).status_code == 404, (purpose, path)


def test_a_token_signed_with_another_secret_opens_nothing(enrolled: World) -> None:
    forged = Signer("m" * 40).sign(Purpose.JOURNAL, 1, enrolled.clock.now())
    assert enrolled.press(f"/journal/open/{forged}").status_code == 404
    assert enrolled.open("/journal").status_code == 303


def test_a_letter_with_a_key_in_it_is_not_shown_in_the_browser(enrolled: World) -> None:
    enrolled.press("/journal/door", address="ada@example.org")
    enrolled.press(lesson_link(enrolled, "/pace/") + "/erasure")
    enrolled.settle()
    with reading(enrolled.runtime.engine) as session:
        keys = session.exec(select(Delivery.id).where(col(Delivery.kind).in_(KEYS))).all()
    assert len(keys) == 3
    for id_ in keys:
        view = enrolled.runtime.links.to(Purpose.VIEW, id_ or 0, enrolled.clock.now())
        assert enrolled.open(view).status_code == 404


def test_a_forwarded_letter_does_not_make_itself_new_for_ever(enrolled: World) -> None:
    """The page of a letter has links as old as the letter's own."""
    view = lesson_link(enrolled, "/letters/")
    enrolled.clock.advance(720 * DAY)
    page = enrolled.open(view).get_data(as_text=True)
    doors = re.findall(rf'"{HTTPS}(/(?:pace|reflect|letters)/[^"]+)"', page)
    assert len(doors) >= 2
    enrolled.clock.advance(10 * DAY)
    assert {enrolled.open(door).status_code for door in [view, *doors]} == {410}


def test_keys_run_out(enrolled: World) -> None:
    now, links = enrolled.clock.now(), enrolled.runtime.links
    key, eraser = links.to(Purpose.JOURNAL, 1, now), links.to(Purpose.ERASE, 1, now)
    enrolled.clock.advance(timedelta(minutes=32))
    assert enrolled.press(key).status_code == 410
    enrolled.clock.advance(DAY)
    assert enrolled.press(eraser).status_code == 410
    assert len(enrolled.rows()["subscriber"]) == 1


# The journal


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
    cookie = world.open("/journal/door").headers["Set-Cookie"]
    assert all(word in cookie for word in ("Secure", "HttpOnly", "SameSite=Lax"))
    assert "Domain=" not in cookie


def test_the_author_sees_no_reflection(enrolled: World) -> None:
    enrolled.press(lesson_link(enrolled, "/reflect/"), text=SECRET)
    password = (enrolled.runtime.settings.state / "admin_password").read_text()
    enrolled.press("/admin/session", password=password)
    page = enrolled.open("/admin/").get_data(as_text=True)
    assert "ada@example.org" in page
    assert SECRET not in page


# Names, words and addresses


@pytest.mark.parametrize(
    "name",
    [
        "Ada\r\nBcc: everybody@example.org",
        "{{ journal_url }}{% for x in y %}",
        "<script>alert(1)</script>",
        "A\0da \u202e\u2028ada",
        "=?utf-8?q?Ada?=",
        "Ä" * 200,
    ],
)
def test_a_name_is_only_ever_a_name(world: World, name: str) -> None:
    world.enroll(first_name=name)
    world.go(WEEK)
    assert len(world.letters()) == 3
    for raw, mail in zip(world.raw(), world.mail(), strict=True):
        check_message(raw)
        assert mail["Bcc"] is None
        assert "<script>alert" not in mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert "<script>alert" not in world.open(lesson_link(world, "/letters/")).get_data(as_text=True)


@pytest.mark.parametrize(
    "address",
    [
        "ada@example.org\r\nBcc: everybody@example.org",
        "ada@example.org, everybody@example.org",
        "Ada <ada@example.org>",
        "ada\0@example.org",
        "ada@exam\u2028ple.org",
        '"a\\"b"@example.org',
        "ada@[127.0.0.1]",
        "<script>@example.org",
    ],
)
def test_only_one_plain_address_is_written_to(world: World, address: str) -> None:
    for path in ("/courses/emotional-safety/sign-ups", "/journal/door"):
        answer = world.press(path, address=address)
        assert answer.status_code == 422
        assert "<script>@" not in answer.get_data(as_text=True)
    assert world.rows()["request"] == []


def test_what_is_written_stays_text_wherever_it_is_shown(enrolled: World) -> None:
    words = "</textarea><script>alert(1)</script>{{ 7*7 }}"
    reflect = lesson_link(enrolled, "/reflect/")
    enrolled.press(reflect, text=words)
    stale = enrolled.client.post(enrolled.path(reflect), data={"text": words})
    pages = [stale, enrolled.open(reflect)]
    open_journal(enrolled)
    pages += [enrolled.open("/journal"), enrolled.open("/journal/reflections/1")]
    for page in pages:
        assert b"<script>alert" not in page.data
        assert b"&lt;script&gt;alert(1)&lt;/script&gt;{{ 7*7 }}" in page.data


def test_a_page_with_a_null_in_its_name_is_no_page(world: World) -> None:
    for path in ("/courses/%00", "/courses/a%00b/embed", "/brand/%00.css", "/journal/open/%00"):
        assert world.open(path).status_code == 404, path


def test_sql_in_a_name_is_a_name(world: World) -> None:
    for slug in ("'%20OR%201=1--", "emotional-safety'--", "%25"):
        assert world.open(f"/courses/{slug}").status_code == 404
    world.sign_up("o'--@example.org", first_name="'; DROP TABLE subscriber; --")
    assert len(world.letters("o'--@example.org")) == 1


# Who is asked


def test_a_known_address_and_an_unknown_one_get_the_same_answer(enrolled: World) -> None:
    for path in ("/courses/emotional-safety/sign-ups", "/journal/door"):
        known = enrolled.press(path, address="ada@example.org")
        unknown = enrolled.press(path, address="grace@example.org")
        assert (known.status_code, plain(known)) == (unknown.status_code, plain(unknown))
        assert headers_of(known) == headers_of(unknown)


def test_an_address_that_has_no_journal_gets_no_letter(enrolled: World) -> None:
    enrolled.sign_up("grace@example.org")
    for address in ("grace@example.org", "mallory@example.org"):
        before = len(enrolled.mail())
        enrolled.press("/journal/door", address=address)
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
        "/journal//door",
        "//evil.example/",
        reflect,
    ):
        answer = enrolled.client.get(path, headers=headers)
        assert b"evil.example" not in answer.data, path
        assert "evil.example" not in answer.headers.get("Location", ""), path


def test_no_page_sends_anybody_elsewhere(enrolled: World) -> None:
    pace = enrolled.path(lesson_link(enrolled, "/pace/"))
    for path in (f"{pace}/schedule", f"{pace}/pause", "/admin/session", "/journal/door"):
        away = "?next=//evil.example&done=//evil.example&to=https://evil.example"
        answer = enrolled.press(path + away, next="//evil.example", length="open")
        assert b'"//evil.example' not in answer.data
        assert "evil.example" not in answer.headers.get("Location", "")


# Limits


def test_every_form_has_a_limit(world: World) -> None:
    """Two hundred and forty times a minute, at the most."""
    for rule in rules(world, "POST"):
        status, tries, token = 400, 0, ""
        while status != 429:
            # Some of them end the session, and its form tokens with it.
            token = form_token_of(world) if status == 400 else token
            data = {"csrf_token": token}
            status = world.client.post(url_of(rule), data=data, base_url=HTTPS).status_code
            tries += 1
            assert tries <= 1000, rule


def test_nobody_is_kept_from_the_doors_by_who_came_before_from_elsewhere(enrolled: World) -> None:
    for path in ("/courses/emotional-safety/sign-ups", "/journal/door"):
        for number in range(8):
            answer = from_network(enrolled, f"192.0.2.{number}", path)
            assert answer.status_code == 422, "an empty field is nobody's address"


def test_erasing_is_limited_by_person_and_not_for_all_together(enrolled: World) -> None:
    now, links = enrolled.clock.now(), enrolled.runtime.links
    enrolled.enroll("grace@example.org")
    adas, graces = (enrolled.path(links.to(Purpose.PACE, id_, now)) for id_ in (1, 2))
    asked = [
        from_network(enrolled, f"192.0.2.{n}", f"{adas}/erasure", address=f"m{n}@example.org")
        for n in range(8)
    ]
    assert [answer.status_code for answer in asked] == [200] * 6 + [429] * 2
    assert from_network(enrolled, "192.0.2.1", f"{graces}/erasure").status_code == 200


def test_a_forwarded_letter_can_not_fill_its_owners_mailbox(enrolled: World) -> None:
    pace, before = enrolled.path(lesson_link(enrolled, "/pace/")), len(enrolled.letters())
    for number in range(30):
        for door in ("restart", "next-letter"):
            from_network(enrolled, f"192.0.2.{number}", f"{pace}/{door}")
        enrolled.settle()
    assert len(enrolled.letters()) - before <= 12


def test_leaving_and_confirming_in_turn_comes_to_an_end(enrolled: World) -> None:
    confirm = enrolled.path(enrolled.link("/confirm/", enrolled.letters()[0]))
    leave = enrolled.path(lesson_link(enrolled, "/u/")) + "/departure"
    before = len(enrolled.letters())
    for number in range(30):
        for door in (leave, confirm):
            from_network(enrolled, f"192.0.2.{number}", door)
        enrolled.settle()
    assert len(enrolled.letters()) - before <= 12


def test_a_header_that_anyone_can_send_does_not_make_a_new_network(world: World) -> None:
    for number in range(25):
        headers = {"X-Forwarded-For": f"192.0.2.{number}", "X-Real-IP": f"192.0.2.{number}"}
        data = {"address": f"a{number}@example.org", "csrf_token": form_token_of(world)}
        answer = world.client.post("/journal/door", data=data, headers=headers, base_url=HTTPS)
    assert answer.status_code == 429


@pytest.mark.parametrize(
    ("network", "last"),
    [
        ("2001:db8::{:x}", 429),
        ("2001:db8:0:{:x}::1", 200),
        ("::ffff:192.0.2.{}", 200),
        ("x{}", 429),
    ],
)
def test_a_network_is_an_address_or_a_household(world: World, network: str, last: int) -> None:
    for number in range(25):
        address = f"a{number}@example.org"
        answer = from_network(world, network.format(number), "/journal/door", address=address)
    assert answer.status_code == last


def test_passwords_can_be_guessed_ten_times(production: World) -> None:
    guesses = [
        production.press("/admin/session", password=f"guess {n}").status_code for n in range(10)
    ]
    assert guesses == [403] * 10
    assert production.press("/admin/session", password="open, please").status_code == 429


# Answers


def test_every_answer_has_the_headers_that_protect_its_reader(enrolled: World) -> None:
    """Pages, redirects, downloads and errors; whatever is added later as well."""
    for answer in all_answers(enrolled):
        path, headers = answer.request.path, answer.headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, path
        assert "unsafe" not in policy, path
        assert "frame-ancestors" in policy, path
        assert headers["Referrer-Policy"] == "no-referrer", path
        assert headers["X-Content-Type-Options"] == "nosniff", path
        assert headers["Strict-Transport-Security"], path
        assert public(path) or headers["Cache-Control"] == "no-store", path


def test_a_page_says_that_the_database_is_away_and_no_more(enrolled: World) -> None:
    with transaction(enrolled.runtime.engine) as session:
        session.execute(text("ALTER TABLE revision RENAME TO mislaid"))
    for path in ("/", lesson_link(enrolled, "/pace/"), "/no-such-page"):
        answer = enrolled.open(path)
        assert answer.status_code == 500
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "Something is broken on our side" in answer.get_data(as_text=True)
        assert "mislaid" not in answer.get_data(as_text=True)


def test_nothing_private_is_logged(enrolled: World, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        reflect, pace = (lesson_link(enrolled, part) for part in ("/reflect/", "/pace/"))
        enrolled.press(reflect, text=SECRET)
        open_journal(enrolled)
        enrolled.go(WEEK)
        with transaction(enrolled.runtime.engine) as session:
            session.execute(text("ALTER TABLE revision RENAME TO mislaid"))
        assert enrolled.open(pace).status_code == 500
    ours = "\n".join(line for line in caplog.text.splitlines() if "asyncio" not in line)
    assert "an error on pace.show" in ours
    for private in ("ada@example.org", SECRET, reflect.rpartition("/")[2], pace.rpartition("/")[2]):
        assert private not in ours


def test_a_form_that_is_too_large_is_refused_kindly(enrolled: World) -> None:
    answer = enrolled.press(lesson_link(enrolled, "/reflect/"), text="x" * 600_000)
    assert answer.status_code == 413
    assert "Your text is still in the form" in answer.get_data(as_text=True)


# The workshop


def test_neither_mailbox_nor_time_machine_is_there_in_production(production: World) -> None:
    names = {rule.endpoint for rule in production.client.application.url_map.iter_rules()}
    assert not [name for name in names if name.startswith("mailbox")]
    for path in ("/mailbox", "/mailbox/time", "/mailbox/000001-1.eml/letter.html"):
        assert production.open(path).status_code == 404


def test_the_mailbox_shows_letters_and_no_other_file(database_url: str, tmp_path: Path) -> None:
    world = worlds.make(database_url, tmp_path, mail_url=f"folder:{tmp_path / 'mail'}")
    world.sign_up()
    (tmp_path / "mail" / "notes.eml").write_text(SECRET)
    assert world.open("/mailbox/000001-1.eml").status_code == 200
    for name in (
        "notes.eml",
        "..%2fsecret_key",
        "%2e%2e%2fsecret_key",
        "....//secret_key",
        ".lock",
    ):
        for path in (f"/mailbox/{name}", f"/mailbox/{name}/letter.html"):
            assert world.open(path).status_code == 404, path
    world.runtime.engine.dispose()


# Erasing


def test_after_erasing_nothing_is_left_in_any_table(enrolled: World) -> None:
    enrolled.press(lesson_link(enrolled, "/reflect/"), text=SECRET)
    waiting = Request(kind=RequestKind.JOURNAL, address="Ada@Example.org", asked_at=FRIDAY)
    with transaction(enrolled.runtime.engine) as session:
        session.add(waiting)
    erase(enrolled)
    rows = enrolled.rows()
    tables = ("subscriber", "enrollment", "delivery", "reflection", "consent", "request")
    assert {table: rows[table] for table in tables} == {table: [] for table in tables}
    assert "ada@" not in str(rows).lower()


def test_after_erasing_nothing_is_left_in_the_file(enrolled: World) -> None:
    if enrolled.runtime.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL sweeps by itself (autovacuum)")
    enrolled.press(lesson_link(enrolled, "/reflect/"), text=SECRET)
    erase(enrolled)
    with enrolled.runtime.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    file = Path(str(enrolled.runtime.engine.url.database))
    for kept in (file, file.with_name(f"{file.name}-wal")):
        assert SECRET.encode() not in kept.read_bytes()


def test_whoever_never_confirmed_can_be_erased(world: World) -> None:
    world.sign_up("grace@example.org")
    pace = world.runtime.links.to(Purpose.PACE, 1, world.clock.now())
    world.press(f"{pace}/erasure")
    world.settle()
    world.press(world.link("/erase/", world.letters("grace@example.org")[-1]))
    assert world.rows()["subscriber"] == []


def test_links_of_the_erased_do_not_open_what_comes_after_them(enrolled: World) -> None:
    links = [lesson_link(enrolled, part) for part in ("/reflect/", "/pace/", "/u/", "/letters/")]
    erase(enrolled)
    enrolled.enroll("grace@example.org")
    enrolled.go(WEEK)
    assert {enrolled.open(link).status_code for link in links} == {410}


def test_an_address_that_we_may_not_write_to_gets_no_letter(world: World) -> None:
    row = Suppression(
        address_key="ada@example.org", reason=SuppressionReason.COMPLAINT, since=FRIDAY
    )
    with transaction(world.runtime.engine) as session:
        session.add(row)
    for spelling in ("ada@example.org", "ADA@Example.ORG"):
        assert world.sign_up(spelling).status_code == 303
    assert world.mail() == []


# What Mallory works with


def rules(world: World, method: str) -> list[Rule]:
    every = world.client.application.url_map.iter_rules()
    return [rule for rule in every if method in (rule.methods or ())]


def url_of(rule: Rule, token: str = "1") -> str:
    """A path of that rule; whatever it asks for is `token`, but for numbers and courses."""
    given = {"id_": "1", "slug": "emotional-safety", "filename": "letterpath.css"}
    built = rule.build({name: given.get(name, token) for name in rule.arguments})
    assert built is not None
    return built[1]


def browse(world: World, path: str, method: str = "GET") -> TestResponse:
    """From a network that nobody has used yet."""
    browse.count = getattr(browse, "count", 0) + 1  # type: ignore[attr-defined]
    remote = f"2001:db8:{browse.count // 65536:x}:{browse.count % 65536:x}::1"  # type: ignore[attr-defined]
    environ = {"REMOTE_ADDR": remote}
    return world.client.open(path, method=method, base_url=HTTPS, environ_base=environ)


def from_network(world: World, remote: str, path: str, **form: str) -> TestResponse:
    data = {**form, "csrf_token": form_token_of(world)}
    environ = {"REMOTE_ADDR": remote}
    return world.client.post(path, data=data, base_url=HTTPS, environ_base=environ)


def form_token(client: FlaskClient) -> str:
    page = client.get("/journal/door", base_url=HTTPS).get_data(as_text=True)
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def form_token_of(world: World) -> str:
    """From a page that has not been opened too often."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', browse(world, "/journal/door").text)
    assert found is not None
    return found[1]


def all_answers(world: World) -> Iterator[TestResponse]:
    now = world.clock.now()
    tokens = ["1", *(world.runtime.signer.sign(purpose, 1, now) for purpose in Purpose)]
    open_journal(world)
    for rule in world.client.application.url_map.iter_rules():
        for token in tokens:
            for method in (rule.methods or set()) | {"DELETE"}:
                yield browse(world, url_of(rule, token), method)
    for path in ("/no-such-page", "/static/no-such-file", "/courses/no-such-course"):
        yield browse(world, path)
    yield world.press("/journal/door", address="x" * 600_000)


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
