"""The course's colours, over the stylesheet's own."""

import re

from flask import Blueprint, Response, g

from course.http.page import reading
from course.letters import catalogue
from sequences.sequence import Brand

bp = Blueprint("brand", __name__)

COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")


@bp.app_url_defaults
def of_this_page(endpoint: str, values: dict[str, object]) -> None:
    """A page links to the colours of the course it belongs to."""
    if endpoint == "brand.stylesheet" and "slug" not in values:
        edition = g.get("edition")
        values["slug"] = edition.sequence.slug if edition else "none"


@bp.get("/brand/<slug>.css")
def stylesheet(slug: str) -> Response:
    with reading() as session:
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
