"""A link opens what it was made for, for as long as it was made for."""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import product

from sqlmodel import col, select
from werkzeug.test import TestResponse

from course.db.transactions import reading
from course.letters import kinds
from course.models import Delivery
from course.runtime.links import LINKS
from emails.errors import Tampered
from emails.tokens import Purpose, Signer
from tests.security.kit import DAY, browse, from_network, lesson_link, url_of
from tests.support import amounts
from tests.support.world import HTTPS, World


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
            if LINKS[other].path != LINKS[purpose].path:
                assert browse(enrolled, path + token).status_code == 404, (purpose, path)


def test_a_token_signed_with_another_secret_opens_nothing(enrolled: World) -> None:
    forged = Signer("m" * 40).sign(Purpose.JOURNAL, 1, enrolled.clock.now())
    assert enrolled.press(f"/journal/open/{forged}").status_code == 404
    assert enrolled.open("/journal").status_code == 303


def test_a_letter_with_a_key_in_it_is_not_shown_in_the_browser(enrolled: World) -> None:
    enrolled.press("/journal/link", address="ada@example.org")
    enrolled.press(lesson_link(enrolled, "/pace/") + "/erasure")
    enrolled.settle()
    with reading(enrolled.runtime.engine) as session:
        hidden = kinds.which(lambda kind: not kind.shown_in_browser)
        keys = session.exec(select(Delivery.id).where(col(Delivery.kind).in_(hidden))).all()
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
    answer = enrolled.press(key)
    assert (answer.status_code, "Email me a new link" in answer.text) == (410, True)
    enrolled.clock.advance(DAY)
    assert enrolled.press(eraser).status_code == 410
    assert len(enrolled.rows()["subscriber"]) == 1


def test_no_page_makes_a_token_newer_than_the_one_that_opened_it(enrolled: World) -> None:
    """Every page that a link opens, and what its buttons answer: days on, and a year on."""
    then, made = enrolled.clock.now(), []
    for age, id_ in amounts.spread([*product((6 * DAY, 600 * DAY), (1, 2, 3))], 4):
        enrolled.clock.at = then + age
        for path, methods in _opened_by(enrolled, id_, then):
            made += _tokens(enrolled, browse(enrolled, path))
            if "POST" in methods and not path.startswith("/erase/"):
                remote = f"2001:db8:{id_}:{len(made)}::1"
                made += _tokens(enrolled, from_network(enrolled, remote, path, text="Mine."))
    assert len(made) > 50
    assert {issued_at for issued_at in made if issued_at > then} == set()


def test_a_link_to_leave_that_outlives_the_pace_page_shows_no_way_there(enrolled: World) -> None:
    url = lesson_link(enrolled, "/u/")
    assert "/pace/" in enrolled.open(url).text
    enrolled.clock.advance(800 * DAY)
    assert enrolled.open(url).status_code == 200
    assert "/pace/" not in enrolled.open(url).text


def _opened_by(world: World, id_: int, then: datetime) -> Iterator[tuple[str, set[str]]]:
    """Every page of a link of `then`, with its methods."""
    for rule in world.client.application.url_map.iter_rules():
        for purpose, link in LINKS.items():
            if rule.rule.startswith(f"{link.path}<"):
                yield (
                    url_of(rule, world.runtime.signer.sign(purpose, id_, then)),
                    rule.methods or set(),
                )


def _tokens(world: World, answer: TestResponse) -> list[datetime]:
    """When each token in it was made, but for those that undo for an hour what was just done."""
    found = []
    page, signer = answer.data.decode(errors="replace"), world.runtime.signer
    for word in re.findall(r"[A-Za-z0-9_-]{22,32}", page):
        with suppress(Tampered):
            if LINKS[signer.purpose(word)].path != "/return/":
                found.append(signer.issued_at(word))
    return found
