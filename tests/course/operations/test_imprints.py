"""The doctor tells, in production, what the law wants to see and what is still an example."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from course.authoring import publishing
from course.config.settings import Environment
from course.db.transactions import transaction
from course.operations.doctor import imprints
from course.operations.doctor.check_result import Level
from sequences.identity import Identity, Imprint, Sender
from tests.emails.message.test_dkim import SIGNERS
from tests.support import worlds
from tests.support.shipped import compiled
from tests.support.world import FRIDAY, World

WHOLE = Imprint(("12 Quiet Lane",), "US", privacy_url="https://quiet.example/privacy")


@pytest.fixture
def world(world: World) -> World:
    """In production."""
    in_production = {"env": Environment.PRODUCTION}
    world.runtime.settings = world.runtime.settings.model_copy(update=in_production)
    return world


def told(world: World, slug: str = "emotional-safety") -> list[str]:
    found = imprints.check_imprints(world.runtime)
    return [f"{one.level.value}: {one.words}" for one in found if one.part == slug]


def published(world: World, identity: Identity) -> World:
    compilation = compiled()
    course = replace(compilation.sequence, identity=identity)
    with transaction(world.runtime.engine) as session:
        publishing.publish(session, replace(compilation, sequence=course), FRIDAY)
    return world


def test_who_has_written_all_of_it_is_told_nothing(world: World) -> None:
    assert told(published(world, Identity(imprint=WHOLE))) == []


def test_what_an_imprint_lacks_is_told(world: World) -> None:
    (words,) = told(published(world, Identity()))
    assert words.startswith(f"{Level.WARNING.value}: [imprint] has no postal_address")


@pytest.mark.parametrize("slug", ["emotional-safety", "evening-notes"])
def test_an_example_that_nobody_has_changed_is_told(world: World, slug: str) -> None:
    (words,) = told(world, slug)
    assert "still has an example: 1 Example Street, https://example.org/privacy" in words


@pytest.mark.parametrize("signed", ["unsigned", "signed by example.org"])
def test_a_sender_whom_neither_spf_nor_dkim_vouches_for_is_told(world: World, signed: str) -> None:
    world.runtime.signers = tuple(SIGNERS) if signed != "unsigned" else ()
    (words,) = told(published(world, sent_from("ada@quiet.example")))
    assert f"from quiet.example, but leave {signed} and are returned to example.org" in words
    assert "sign for quiet.example (DKIM), or write a [sender] address at example.org" in words


@pytest.mark.parametrize("address", ["Ada@Example.ORG", "ada@news.example.org"])
def test_a_sender_below_the_domain_that_letters_return_to_is_aligned(
    world: World, address: str
) -> None:
    assert "DMARC" not in str(told(published(world, sent_from(address))))


def sent_from(address: str) -> Identity:
    return Identity(imprint=WHOLE, sender=Sender(address=address))


def test_in_development_everything_may_be_an_example(database_url: str, tmp_path: Path) -> None:
    assert told(worlds.make(database_url, tmp_path, env=Environment.DEVELOPMENT)) == []


@pytest.mark.parametrize(("column", "left"), [("course_id", 0), ("newsletter_id", 1)])
def test_what_can_not_be_read_is_left_to_its_own_check(
    world: World, column: str, left: int
) -> None:
    with transaction(world.runtime.engine) as session:
        session.execute(text(f"UPDATE revision SET sequence = '{{' WHERE {column} IS NOT NULL"))
    assert len(told(world)) == left
