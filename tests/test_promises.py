"""Promises that hold for every letter and every link, whatever is added later."""

import re
from datetime import timedelta
from email.message import EmailMessage

import pytest

from course.models import DeliveryKind
from tests.support import amounts
from tests.support.message_rules import check_message
from tests.support.prepared import Prepare
from tests.support.world import World

WEEK = timedelta(days=7)


def every_kind(world: World) -> None:
    """Each kind of letter goes out to Ada at least once."""
    world.enroll()
    world.sign_up()
    world.press("/journal/link", address="ada@example.org")
    world.settle()
    world.go(WEEK)
    pace = world.link("/pace/", world.letters()[-1])
    world.press(world.link("/reflect/", world.letters()[-1]), text="On the drive from the lake.")
    world.go(6 * WEEK)
    world.press(f"{pace}/erasure")
    world.settle()


@pytest.fixture
def every_letter(prepare: Prepare) -> World:
    return prepare(every_kind)


def test_each_kind_of_letter_goes_out_in_this_world(every_letter: World) -> None:
    kinds = {str(mail["Feedback-ID"]).split(":")[2] for mail in every_letter.mail()}
    assert kinds == set(DeliveryKind) - {DeliveryKind.BROADCAST}


def test_a_machine_that_opens_every_link_changes_nothing(every_letter: World) -> None:
    """A scanner's GET, HEAD and OPTIONS, ten times each; in `make test` twice."""
    world = every_letter
    urls = {url for mail in world.letters() for url in [*world.links(mail), *header_links(mail)]}
    before = world.rows()
    for url in sorted(urls):
        for method in ("GET", "HEAD", "OPTIONS"):
            for _ in range(amounts.of(10, 2)):
                answer = world.client.open(world.path(url), method=method)
                assert answer.status_code < 500, (method, url)
    assert world.rows() == before


def test_every_message_keeps_the_rules_of_mail(every_letter: World) -> None:
    for raw in every_letter.raw():
        check_message(raw)


def test_every_link_in_every_letter_opens_or_says_that_it_has_run_out(every_letter: World) -> None:
    world = every_letter
    for mail in world.letters():
        for url in world.links(mail):
            assert world.open(url).status_code in {200, 303, 410}, url


def test_a_forwarded_lesson_shows_no_earlier_word(every_letter: World) -> None:
    """Promise 5, from a browser that has never been here."""
    world = every_letter
    stranger = world.another_browser()
    for mail in world.letters():
        for url in world.links(mail):
            if "/journal/open/" not in url:
                page = stranger.get(world.path(url)).data
                assert b"On the drive from the lake." not in page, url


def test_all_letters_to_one_person_have_different_message_ids(every_letter: World) -> None:
    ids = [mail["Message-ID"] for mail in every_letter.mail()]
    assert len(ids) == len(set(ids))


def test_the_landing_page_weighs_less_than_sixty_kilobytes_in_all(world: World) -> None:
    page = world.open("/").get_data(as_text=True)
    assert "http://" not in page.replace("http://www.w3.org/", "")
    parts = re.findall(r'(?:href|src)="(/(?:static|brand)/[^"]+)"', page)
    assert len(parts) >= 3
    assert len(page) + sum(len(world.open(part).data) for part in parts) < 60_000


def header_links(mail: EmailMessage) -> list[str]:
    unsubscribe = str(mail["List-Unsubscribe"])
    return [part.strip(" <>") for part in unsubscribe.split(",") if "http" in part]
