"""The colours of a course or a newsletter, over the stylesheet's own."""

import re

from flask import Blueprint, Response, g

from course.http.page import reading
from course.letters import catalogue, newsletter_editions
from course.letters.catalogue import NewsletterEdition
from sequences.sequence import Brand

bp = Blueprint("brand", __name__)

NEWSLETTERS = "newsletters/"

COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")


@bp.app_url_defaults
def of_this_page(endpoint: str, values: dict[str, object]) -> None:
    """A page links to the colours of the course or newsletter it belongs to."""
    if endpoint == "brand.stylesheet" and "slug" not in values:
        edition = g.get("edition")
        below = NEWSLETTERS if isinstance(edition, NewsletterEdition) else ""
        values["slug"] = f"{below}{edition.publication.slug}" if edition else "none"


@bp.get("/brand/<path:slug>.css")
def stylesheet(slug: str) -> Response:
    """Of the course with that slug; of a newsletter's, its folder stands before it."""
    with reading() as session:
        if slug.startswith(NEWSLETTERS):
            newsletter = newsletter_editions.by_slug(session, slug.removeprefix(NEWSLETTERS))
            brand = newsletter.publication.brand
        else:
            brand = catalogue.by_slug(session, slug).sequence.brand
    answer = Response(css(brand), mimetype="text/css")
    answer.cache_control.max_age = 300
    return answer


def css(brand: Brand) -> str:
    """Custom properties for both schemes. Only colours get through."""
    light = _properties(("--accent", brand.accent), ("--paper", brand.paper))
    dark = _properties(("--accent", brand.accent_dark), ("--paper", brand.paper_dark))
    return f":root{{{light}}}@media (prefers-color-scheme:dark){{:root{{{dark}}}}}"


def _properties(*pairs: tuple[str, str]) -> str:
    return ";".join(f"{name}:{value}" for name, value in pairs if COLOUR.fullmatch(value))
