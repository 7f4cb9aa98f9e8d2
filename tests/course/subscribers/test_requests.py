"""What is asked for at a public form: a row for everybody, however many come at one moment."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from course.db.transactions import reading
from course.models import Request, RequestKind
from course.subscribers import requests
from course.subscribers.requests import NewRequest
from tests.support.world import World

GONE = 999


def asked(world: World, address: str, **more: object) -> NewRequest:
    form = {"first_name": 'Zoë "\\{', "course_id": 1, "wording": "Yes, one a week.", **more}
    return NewRequest(RequestKind.SIGN_UP, address, world.clock.now(), **form)  # type: ignore[arg-type]


def kept(world: World) -> list[Request]:
    with reading(world.runtime.engine) as session:
        return list(session.exec(select(Request).order_by(col(Request.id))))


def test_everybody_who_comes_at_one_moment_has_a_row(world: World) -> None:
    everybody = [asked(world, f"reader{number}@example.org") for number in range(200)]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(requests.queue(world.runtime.engine).put, everybody))
    assert sorted(row.address for row in kept(world)) == sorted(one.address for one in everybody)


def test_a_row_says_what_was_asked(world: World) -> None:
    ada = asked(world, "ada@example.org", zone="Europe/Berlin", place="/courses/x")
    requests.queue(world.runtime.engine).put(ada)
    (row,) = kept(world)
    assert NewRequest(*(getattr(row, name) for name in NewRequest._fields)) == ada


def test_a_link_to_the_journal_is_asked_for_with_an_address_alone(world: World) -> None:
    requests.queue(world.runtime.engine).put(
        NewRequest(RequestKind.JOURNAL, "ada@example.org", world.clock.now())
    )
    (row,) = kept(world)
    assert (row.kind, row.course_id, row.zone) == (RequestKind.JOURNAL, None, "UTC")


def test_whoever_asks_for_a_course_that_is_gone_fails_alone(world: World) -> None:
    """Either all rows of a group are written or none; then each is tried by itself."""
    group = [asked(world, "ada@example.org"), asked(world, "bob@example.org", course_id=GONE)]
    with pytest.raises(IntegrityError) as refused:
        requests.insert(world.runtime.engine, group)
    assert isinstance(refused.value, requests.ROW_ERRORS)
    assert kept(world) == []
