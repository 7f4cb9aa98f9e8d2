"""The public pages, all of them."""

import re
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


def test_an_address_is_typed_from_left_to_right_in_every_language(world: World) -> None:
    """On a page that runs the other way, `ada@` would be shown as `@ada`."""
    for below in ("/courses/emotional-safety", "/newsletters/evening-notes"):
        for path in (below, f"{below}/embed", "/journal/link"):
            page = world.open(path).text
            fields = re.findall(r"<input[^>]* type=\"email\"[^>]*>", page)
            assert fields, path
            assert all(' dir="ltr"' in field for field in fields), path


def test_a_newsletter_s_form_leads_to_the_page_of_a_newsletter(world: World) -> None:
    said = "goes along to the {}’s own page"
    assert said.format("course") in world.open("/courses/emotional-safety/embed").text
    assert said.format("newsletter") in world.open("/newsletters/evening-notes/embed").text
