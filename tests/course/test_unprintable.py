"""A letter that can't be printed fails alone, however it came to be published."""

import json
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from course import publishing
from course.db import reading, transaction
from course.models import Delivery, DeliveryState
from tests.world import COURSE, World


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
    made = publishing.compile_course(COURSE)
    sequence = replace(made.sequence, slug="another")
    with transaction(world.runtime.engine) as session:
        publishing.publish(session, publishing.Compilation(sequence, made.letters), world.clock.at)


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
