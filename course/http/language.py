"""The language of a page: its course's; of a page without one, what the browser asks for."""

from typing import Any

from flask import Flask, g, request

from course.i18n import catalogs
from course.i18n.catalogs import Catalog, catalog_of


def register(app: Flask) -> None:
    """In templates: `_`, `gettext`, `ngettext`, `pgettext`, and `{% trans %}`."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda message: _translations().gettext(message),
        lambda one, many, n: _translations().ngettext(one, many, n),
        newstyle=True,
        pgettext=lambda context, message: _translations().pgettext(context, message),
    )


def catalog() -> Catalog:
    """Of the page that is being answered."""
    if (edition := g.get("edition")) is not None:
        return catalog_of(edition.sequence.language)
    return catalog_of(request.accept_languages.best_match(catalogs.languages()) or catalogs.SOURCE)


def gettext(message: str, /, **values: Any) -> str:
    """Import it as `_`."""
    return catalog().gettext(message, **values)


def ngettext(one: str, many: str, n: int, /, **values: Any) -> str:
    return catalog().ngettext(one, many, n, **values)


def _translations() -> Any:
    return catalog().translations
