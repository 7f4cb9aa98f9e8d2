"""What can't be printed, read or reckoned with in one row stops nobody else's letters."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from course.authoring import compiling, publishing
from course.db.transactions import reading, transaction
from course.models import Delivery, DeliveryState
from course.operations.doctor.checks import check_all
from tests.security.kit import form_token
from tests.support.amounts import of
from tests.support.shipped import COURSE, compiled
from tests.support.world import HTTPS, World


def spoil_title(world: World, title: str) -> None:
    """As a release that let such a title pass has stored it."""
    with transaction(world.runtime.engine) as session:
        stored = session.scalars(text("SELECT sequence FROM revision WHERE id = 1")).one()
        spoilt = json.dumps({**json.loads(stored), "title": title})
        session.execute(
            text("UPDATE revision SET sequence = :it, digest = 'x' WHERE id = 1"), {"it": spoilt}
        )


def add_another(world: World) -> None:
    """A second course, which nothing is wrong with."""
    made = compiled()
    sequence = replace(made.sequence, slug="another")
    with transaction(world.runtime.engine) as session:
        publishing.publish(session, compiling.Compilation(sequence, made.letters), world.clock.at)


def fates(world: World) -> dict[str, str]:
    with reading(world.runtime.engine) as session:
        rows = session.exec(select(Delivery).order_by(col(Delivery.id)))
        return {f"{row.enrollment_id} {row.kind}": row.state.value for row in rows}


@pytest.mark.parametrize("title", ["My\ncourse", "My\tcourse", "My\u0007", "My\u2028"])
def test_a_title_no_header_can_hold_stops_its_own_course_alone(world: World, title: str) -> None:
    add_another(world)
    spoil_title(world, title)
    world.press("/courses/emotional-safety/sign-ups", address="ada@example.org")
    world.press("/courses/another/sign-ups", address="grace@example.org")
    world.settle()
    assert fates(world) == {"1 confirmation": "failed", "2 confirmation": "sent"}
    with reading(world.runtime.engine) as session:
        words = session.exec(select(Delivery.words).where(Delivery.state == DeliveryState.FAILED))
        assert words.one().startswith("not printable: ")
    assert len(world.letters("grace@example.org")) == 1


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ("html", "{{ 1 // 0 }}"),
        ("html", "{% if"),
        ("html", "{{ 'x' * 10 ** 9 }}"),
        ("text", "{{ nobody }}"),
        ("text", "{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}"),
        ("subject", "a\u0007b"),
    ],
)
def test_a_letter_s_row_that_is_no_letter_stops_its_own_letters_alone(
    world: World, column: str, words: str
) -> None:
    add_another(world)
    with transaction(world.runtime.engine) as session:
        change = f"UPDATE letter SET {column} = :it WHERE revision_id = 1 AND key = 'confirmation'"
        session.execute(text(change), {"it": words})
    world.press("/courses/emotional-safety/sign-ups", address="ada@example.org")
    world.press("/courses/another/sign-ups", address="grace@example.org")
    world.settle()
    assert fates(world) == {"1 confirmation": "failed", "2 confirmation": "sent"}


# What is stored is a text that neither kind of database reads, so PostgreSQL has only one
# of the three. The clock comes by two hundred times in each in a fortnight; in a week there are
# a nudge and a lesson, too.
@pytest.mark.parametrize(
    ("database_url", "stored"),
    [("sqlite", ""), ("sqlite", '{"slug": 1'), ("sqlite", '"\\ud800"'), ("postgresql", "")],
    indirect=["database_url"],
)
def test_a_revision_that_can_not_be_read_stops_its_own_course_alone(
    world: World, stored: str
) -> None:
    """Neither its lessons and nudges nor its pages: publishing it again mends all of that."""
    add_another(world)
    world.enroll("ada@example.org")
    world.go(timedelta(days=5))
    pace = world.link("/pace/", world.letters("ada@example.org")[-1])
    token = form_token(world.client)
    spoil(world, stored)
    grace = {"address": "grace@example.org", "csrf_token": token}
    world.client.post("/courses/another/sign-ups", data=grace, base_url=HTTPS)
    world.go(timedelta(days=of(14, 7)))
    assert len(world.letters("grace@example.org")) == 1
    assert [world.open(path).status_code for path in ("/", pace)] == [200, 404]
    said = [f.words for f in check_all(world.runtime) if f.part == COURSE.name]
    assert any("can't be read" in words for words in said)
    with transaction(world.runtime.engine) as session:
        assert publishing.publish(session, compiled(), world.clock.at)
    assert world.open(pace).status_code == 200


def test_where_no_course_can_be_read_there_is_a_page_all_the_same(world: World) -> None:
    spoil(world, "{}")
    assert world.open("/").status_code == 200
    assert world.open(f"/courses/{COURSE.name}").status_code == 404


def spoil(world: World, stored: str) -> None:
    with transaction(world.runtime.engine) as session:
        change = "UPDATE revision SET sequence = :it, digest = 'x' WHERE id = 1"
        session.execute(text(change), {"it": stored})


def test_a_zone_that_is_no_more_is_utc_until_its_reader_chooses(world: World) -> None:
    world.sign_up()
    with transaction(world.runtime.engine) as session:
        session.execute(text("UPDATE enrollment SET zone = 'Europe/Atlantis'"))
    assert world.press(world.link("/confirm/", world.letters()[-1])).status_code < 400
    world.go(timedelta(days=7))
    sampler, lesson = world.letters()[1:3]
    assert "at 7:30 PM UTC" in " ".join(world.text(sampler).split())
    for path in ("/pace/", "/letters/"):
        assert world.open(world.link(path, lesson)).status_code == 200
    evening = world.link("/letters/", lesson) + "/calendar.ics?weekday=6&at=20:00"
    assert world.open(evening).status_code == 200
    pace = world.link("/pace/", lesson)
    for door in ("pause", "resumption", "restart"):
        assert world.press(f"{pace}/{door}", length="two-weeks").status_code == 303
    world.press(f"{pace}/schedule", days="1", at="19:30", zone="Europe/Berlin")
    assert world.enrollment().zone == "Europe/Berlin"
