"""The public pages, all of them."""

from importlib import import_module
from pkgutil import iter_modules

from flask import Blueprint

from course import web
from tests.support.world import World


def test_every_blueprint_of_the_package_is_registered(world: World) -> None:
    modules = [import_module(f"{web.__name__}.{one.name}") for one in iter_modules(web.__path__)]
    blueprints = {
        module.bp for module in modules if isinstance(getattr(module, "bp", None), Blueprint)
    }
    assert set(world.client.application.blueprints.values()) >= blueprints
    assert len(blueprints) > 10
