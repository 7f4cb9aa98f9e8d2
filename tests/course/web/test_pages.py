"""The public pages, all of them."""

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from flask import Blueprint

from course import web
from course.authoring import compiling, publishing
from course.db.transactions import transaction
from tests.security.kit_courses import small
from tests.support.world import World


def test_every_blueprint_of_the_package_is_registered(world: World) -> None:
    modules = [import_module(f"{web.__name__}.{one.name}") for one in iter_modules(web.__path__)]
    blueprints = {
        module.bp for module in modules if isinstance(getattr(module, "bp", None), Blueprint)
    }
    assert set(world.client.application.blueprints.values()) >= blueprints
    assert len(blueprints) > 10


def test_who_confirms_sees_a_stone_for_each_lesson(world: World, tmp_path: Path) -> None:
    made = compiling.compile_course(small(tmp_path / "evenings"))
    with transaction(world.runtime.engine) as session:
        publishing.publish(session, made, world.clock.now())
    world.press("/courses/evenings/sign-ups", address="ada@example.org", zone="Europe/Berlin")
    world.settle()
    page = world.open(world.link("/confirm/", world.letters("ada@example.org")[-1])).text
    assert f"laid: 0 of {len(made.sequence.lessons)}." in page
