"""A link opens what it was made for, for as long as it was made for."""

import re
from datetime import timedelta

from sqlmodel import col, select

from course.db import reading
from course.models import (
    Delivery,
)
from course.web.letters import KEYS
from emails.tokens import Purpose, Signer
from tests.mallory.kit import DAY, browse, lesson_link
from tests.world import HTTPS, World


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
