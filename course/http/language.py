"""The language of a page: its course's; of a page without one, what the browser asks for.

That is one of those that we ship, or the home course's own, in its own phrases.

A route sets it with the course (`belong_to` in `course/http/page.py`), and so before it says
anything. What the author sees is English.
"""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from babel.numbers import format_decimal
from flask import Flask, Response, current_app, g, request
from markupsafe import escape

from course.i18n import catalogs
from course.i18n.catalogs import Catalog, catalog_of
from course.letters.phrases import spoken_language

# Blueprints whose pages nobody else sees.
OF_THE_AUTHOR = {"overview", "sessions", "mailbox"}


class Explained(Protocol):
    """An error that tells a reader why: a marked sentence, and the values in it."""

    @property
    def sentence(self) -> str: ...

    @property
    def values(self) -> Mapping[str, object]: ...


def register(app: Flask, home: Callable[[], Catalog | None]) -> None:
    """In templates: `_`, `gettext`, `ngettext`, `pgettext`, and `{% trans %}`.

    `home` is the catalog of the course of the landing page, if there is one.
    """
    app.extensions["home_catalog"] = home
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        # Jinja takes them for HTML: a course's own phrases have none.
        lambda message: escape(_translations().gettext(message)),
        lambda one, many, n: escape(_translations().ngettext(one, many, n)),
        newstyle=True,
        pgettext=lambda context, message: escape(_translations().pgettext(context, message)),
    )
    app.after_request(_vary)


def speak(catalog: Catalog) -> None:
    """From here on, what this request says is said in that language."""
    g.catalog = catalog


def catalog() -> Catalog:
    """Of the page that is being answered."""
    if "catalog" not in g:
        g.varies = request.blueprint not in OF_THE_AUTHOR
        speak(_asked_for() if g.varies else catalog_of(catalogs.SOURCE))
    known: Catalog = g.catalog
    return known


def gettext(message: str, /, **values: Any) -> str:
    """Import it as `_`."""
    return catalog().gettext(message, **values)


def ngettext(one: str, many: str, n: int, /, **values: Any) -> str:
    return catalog().ngettext(one, many, n, **values)


def explain(error: Explained) -> str:
    """Why it can't be done, with numbers as the language writes them."""
    values = {
        name: format_decimal(value, locale=catalog().locale) if isinstance(value, int) else value
        for name, value in error.values.items()
    }
    return gettext(error.sentence, **values)


def said(errors: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with each field, of marked sentences."""
    return {name: gettext(sentence) for name, sentence in errors.items()}


def _asked_for() -> Catalog:
    """Of nothing that we speak: the home course's, as it is its site."""
    home = current_app.extensions["home_catalog"]() or catalog_of(catalogs.SOURCE)
    own = {spoken_language(home)} & {home.language}
    best = request.accept_languages.best_match([*own, *catalogs.languages()]) or home.language
    return home if best == home.language else catalog_of(best)


def _translations() -> Any:
    return catalog().translations


def _vary(response: Response) -> Response:
    """Another browser gets it in another language."""
    if g.get("varies", False):
        response.vary.add("Accept-Language")
    return response
