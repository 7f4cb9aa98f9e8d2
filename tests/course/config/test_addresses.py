"""Addresses in the settings: as letters have them, or a sentence that says what to write."""

import os
from pathlib import Path

import pytest

from course.config.loader import load
from course.config.senders import in_mailto
from tests.course.config.test_settings import GOOD, problems


def settled(name: str, given: str) -> object:
    return getattr(load(**{**GOOD, name: given}), name)


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("https://letters.example.org/", "https://letters.example.org"),
        ("https://letters.example.org//", "https://letters.example.org"),
        (" https://letters.example.org \n", "https://letters.example.org"),
        ("HTTPS://Letters.Example.ORG", "https://letters.example.org"),
        ("https://letters.example.org.", "https://letters.example.org"),
        ("https://letters.example.org:443", "https://letters.example.org"),
        ("https://letters.example.org:", "https://letters.example.org"),
        ("https://letters.example.org:8443/", "https://letters.example.org:8443"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("https://例え.jp", "https://xn--r8jz45g.jp"),
        ("https://example.org/letters/", "https://example.org/letters"),
        ("https://example.org/a/B.c~d_e", "https://example.org/a/B.c~d_e"),
        ("https://[2001:db8:0::1]:8443", "https://[2001:db8::1]:8443"),
        ("https://192.0.2.7", "https://192.0.2.7"),
    ],
)
def test_a_base_url_becomes_what_links_begin_with(given: str, used: str) -> None:
    assert settled("base_url", given) == used


@pytest.mark.parametrize(
    "given",
    [
        "https://letters.example.org?x=1", "https://letters.example.org#top", "https://a.example?",
        "https://a.example:port", "https://a.example:0", "https://a.example:65536",
        "https://ada:hush@a.example", "https://ada@a.example", "https://@a.example",
        "https://a.example,", "https://a<b.example", "https://a.example/a b", "https://a b.example",
        "https://a.example/\\", "https://a.ex\nample", "https://a.example/\tb",
        "https://a.example/%20", "https://a.example/../b", "https://a.example/./b",
        "https://a.example/a//b", "https://a.example/é", "https://a..example", "https://-a.example",
        "https://[fe80::1%25eth0]", "https://[::1", "https://300.1.1.1", "https://1.2.3",
        "https://" + "a" * 64 + ".org", "https:/a.example", "https:a.example", "//a.example",
        "ftp://a.example", "https://a.example/" + "b" * 40, "https://" + "é" * 5000,
        "https://℀.example", "https://a%2eb.example", "https://\u200b.example",
    ],
)  # fmt: skip
def test_a_base_url_that_can_t_work_is_one_sentence(given: str) -> None:
    said = problems(**{**GOOD, "base_url": given})
    assert said.startswith("LETTERPATH_BASE_URL ")
    assert "\n" not in said
    assert "hush" not in said


@pytest.mark.parametrize("name", ["mail_from", "mail_inbox"])
@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("CNT <letters@bücher.example>", "CNT <letters@xn--bcher-kva.example>"),
        ("letters@bücher.example", "letters@xn--bcher-kva.example"),
        ("Course: One <letters@example.org>", '"Course: One" <letters@example.org>'),
        ("Friends, and so on <l@example.org>", '"Friends, and so on" <l@example.org>'),
        ('"Ada \\"A\\" L" <l@example.org>', '"Ada \\"A\\" L" <l@example.org>'),
        ("Grüße <l@example.org>", "Grüße <l@example.org>"),
        ("A;B (c) @d <l@example.org>", '"A;B (c) @d" <l@example.org>'),
        ("<l@example.org>", "l@example.org"),
        (" CNT  <l@example.org>\n", "CNT <l@example.org>"),
    ],
)
def test_a_mailbox_becomes_what_stands_in_a_header(name: str, given: str, used: str) -> None:
    assert settled(name, given) == used


@pytest.mark.parametrize("name", ["mail_from", "mail_inbox"])
@pytest.mark.parametrize(
    "given",
    [
        "CNT <grüße@example.org>", "grüße@example.org", "a@b@example.org", "a@example.org, b@c.org",
        "Friends: a@example.org;", "CNT", "CNT <>", "a@example", "A\nB <l@example.org>", "@a.org",
        "A\x07B <l@example.org>", "A\u2028B <l@example.org>", "l@-example.org", "l@exa mple.org",
        "l@a..org", "x" * 300 + " <l@example.org>", "l@" + "a" * 64 + ".org", "l@[192.0.2.7]",
        "<l@example.org> CNT", "CNT <l@example.org", "l@example.org (CNT)", '"a b"@example.org',
    ],
)  # fmt: skip
def test_a_mailbox_that_no_letter_can_have_is_one_sentence(name: str, given: str) -> None:
    said = problems(**{**GOOD, name: given})
    assert said.startswith(f"LETTERPATH_{name.upper()} ")
    assert "\n" not in said


@pytest.mark.parametrize(("length", "fits"), [(41, True), (42, False), (60, False)])
def test_a_sender_s_domain_fits_a_message_id(length: int, fits: bool) -> None:
    domain = "a" * (length - 12) + ".example.org"
    if fits:
        assert settled("mail_from", f"letters@{domain}")
    else:
        said = problems(**{**GOOD, "mail_from": f"letters@{domain}"})
        assert f"a domain of {length} characters" in said


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("database_url", "postgresql://ada:hu@sh@host/name"),
        ("database_url", "postgresql://ada:hu/sh@host/name"),
        ("database_url", "postgresql://ada:1/hush@host/name"),
        ("database_url", "postgresql://ada:hu#sh@host/name"),
        ("database_url", "postgresql://ada:hu?sh@host/name"),
        ("database_url", "postgresql://ada:1?hush=x@host/name"),
        ("database_url", "postgresql://ada:hu%sh@host/name"),
        ("database_url", "postgresql://ada:hush@host:99999/name"),
        ("database_url", "postgresql://ada:hush@host/name?sslmood=require"),
        ("database_url", "postgresql://ada:hush@host"),
        ("database_url", "postgresql+psycopg2://ada:hush@host/name"),
        ("database_url", "sqlite://"),
        ("database_url", "sqlite:///:memory:"),
        ("database_url", "sqlite:///~/letters.sqlite3"),
        ("database_url", "sqlite:////etc"),
        ("database_url", "sqlite:////etc/passwd/letters.sqlite3"),
        ("database_url", "sqlite:////tmp/letters.sqlite3?mode=hush"),
        ("redis_url", "redis://:hu@sh@host/0"),
        ("redis_url", "redis://:hu#sh@host/0"),
        ("redis_url", "redis://:hu/sh@host/0"),
        ("redis_url", "redis://host/zero"),
        ("redis_url", "redis://host?hush=1"),
        ("redis_url", "redis://host:hush"),
        ("redis_url", "unix://"),
        ("mail_url", "smtp://ada:hu@sh@host"),
        ("mail_url", "smtp://ada:hu#sh@host"),
        ("mail_url", "smtp://ada:hu/sh@host"),
        ("mail_url", "smtp://ada:1?hush=x@host"),
        ("mail_url", "smtp://ada:hush[@host"),
        ("mail_url", "smtp://ada:hush℀@host"),
        ("mail_url", "smtp://host smtp://ada:hush:x@host:port"),
    ],
)
def test_a_url_that_is_read_wrongly_says_so_without_its_password(name: str, given: str) -> None:
    said = problems(**{**GOOD, name: given})
    assert said.startswith(f"LETTERPATH_{name.upper()} can't be used: ")
    assert "\n" not in said
    assert not {"hush", "hu", "sh@"} & set(said.replace("'", " ").split())
    assert "hush" not in said


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("database_url", "postgresql://ada:a%40%2F%23%25+b@[::1]:5432/name?sslmode=require"),
        ("database_url", "postgresql:///name?host=/run/postgresql"),
        ("redis_url", "rediss://:a%40%2F@host:6380/1?socket_timeout=5"),
        ("redis_url", "unix:///run/redis.sock?db=2"),
        ("mail_url", "smtp://ada%40example.org:a%23%3F@host:587?starttls=required"),
    ],
)
def test_a_password_of_any_signs_can_be_written(name: str, given: str) -> None:
    assert settled(name, given) == given


@pytest.mark.parametrize("name", ["state", "courses"])
@pytest.mark.parametrize("given", ["~/letters", "/etc/hostname", "/etc/hostname/x", "a" * 300])
def test_a_folder_that_can_t_be_one_is_a_sentence(name: str, given: str) -> None:
    said = problems(**{**GOOD, name: given})
    assert said.startswith(f"LETTERPATH_{name.upper()} ")


@pytest.mark.parametrize(
    "bind",
    ["8000", ":8000", "127.0.0.1", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", "::1:8000",
     "[::1]", "unix:/run/letterpath.sock", "127.0.0.1:８０００", "127.0.0.1: 80", "a b:80"],
)  # fmt: skip
def test_an_address_to_bind_has_a_host_and_a_port(bind: str) -> None:
    assert problems(**{**GOOD, "bind": bind}).startswith("LETTERPATH_BIND is an address and a port")


@pytest.mark.parametrize("bind", ["0.0.0.0:8000", "[::]:8000", "0:8000", "93.184.215.14:8000"])
def test_development_does_not_listen_to_the_world(tmp_path: Path, bind: str) -> None:
    said = problems(state=tmp_path, bind=bind)
    assert f"LETTERPATH_BIND={bind}" in said
    assert load(**{**GOOD, "bind": bind}).bind == bind


@pytest.mark.parametrize(
    "bind", ["127.0.0.1:8000", "[::1]:8000", "localhost:8000", "192.168.1.5:8000", "[fd00::5]:8000"]
)
def test_development_listens_to_the_own_network(tmp_path: Path, bind: str) -> None:
    assert load(state=tmp_path, bind=bind).base_url == "http://localhost:8000"


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("trusted_proxies", "-1"), ("trusted_proxies", "1000000"), ("trusted_proxies", "one"),
        ("lease", "0"), ("lease", "1e9"), ("lease", "-600"), ("env", "live"), ("log", "xml"),
        ("home_course", "../etc"), ("home_course", "My Course"), ("home_course", "a" * 101),
    ],
)  # fmt: skip
def test_a_value_out_of_range_is_named(name: str, given: str) -> None:
    assert problems(**{**GOOD, name: given}).startswith(f"LETTERPATH_{name.upper()} ")


def test_what_is_blank_is_as_if_it_were_not_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LETTERPATH_TRUSTED_PROXIES", "")
    monkeypatch.setenv("LETTERPATH_COURSES", "")
    settings = load(state=tmp_path)
    roots = [str(root) for root in settings.course_roots]
    assert (settings.trusted_proxies, roots) == (0, ["courses", "sequences"])


def test_several_folders_of_courses_are_parted_as_on_a_path(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    two = os.pathsep.join((f"{tmp_path}/mine ", "", f" {tmp_path}/ours"))
    assert load(state=tmp_path, courses=two).course_roots == (tmp_path / "mine", tmp_path / "ours")
    assert "COURSES is in a file" in problems(courses=f"{tmp_path}{os.pathsep}{tmp_path}/file")
    assert "COURSES names no folder" in problems(courses=os.pathsep)


def test_an_inbox_is_encoded_where_a_mailto_would_read_more_into_it() -> None:
    assert in_mailto("Leave <a&b?c%d#e+f@example.org>") == "a%26b%3Fc%25d%23e+f@example.org"
