"""The colours of a course or a newsletter: over the stylesheet's own, and in the browser's tab."""

import re
from functools import cache
from pathlib import Path

from flask import Blueprint, Response

from course.http.page import reading
from course.letters import catalogue, newsletter_editions
from sequences.sequence import Brand

bp = Blueprint("brand", __name__, url_prefix="/brand")

COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")

# The engine's own, which has these two colours.
FAVICON = Path(__file__).parents[1] / "static" / "favicon.svg"
ACCENT, ACCENT_DARK = "#9c4a2f", "#e8a07f"

FRESH = 300  # seconds: as long as a browser keeps the colours


@bp.get("/courses/<slug>.css", defaults={"is_newsletter": False})
@bp.get("/newsletters/<slug>.css", defaults={"is_newsletter": True})
def stylesheet(slug: str, is_newsletter: bool) -> Response:
    return _kept(css(_brand(slug, is_newsletter)), "text/css")


@bp.get("/courses/<slug>.svg", defaults={"is_newsletter": False})
@bp.get("/newsletters/<slug>.svg", defaults={"is_newsletter": True})
def favicon(slug: str, is_newsletter: bool) -> Response:
    return _kept(svg(_brand(slug, is_newsletter)), "image/svg+xml")


def css(brand: Brand) -> str:
    """Custom properties for both schemes. Only colours get through."""
    light = _properties(("--accent", brand.accent), ("--paper", brand.paper))
    dark = _properties(("--accent", brand.accent_dark), ("--paper", brand.paper_dark))
    return f":root{{{light}}}@media (prefers-color-scheme:dark){{:root{{{dark}}}}}"


def svg(brand: Brand) -> str:
    """The engine's stone in the brand's accents. Only colours get through."""
    drawn = _drawn()
    for ours, theirs in ((ACCENT, brand.accent), (ACCENT_DARK, brand.accent_dark)):
        drawn = drawn.replace(ours, theirs) if COLOUR.fullmatch(theirs) else drawn
    return drawn


@cache
def _drawn() -> str:
    return FAVICON.read_text()


def _brand(slug: str, is_newsletter: bool) -> Brand:
    with reading() as session:
        if is_newsletter:
            return newsletter_editions.by_slug(session, slug).newsletter.brand
        return catalogue.by_slug(session, slug).sequence.brand


def _kept(body: str, mimetype: str) -> Response:
    answer = Response(body, mimetype=mimetype)
    answer.cache_control.max_age = FRESH
    return answer


def _properties(*pairs: tuple[str, str]) -> str:
    return ";".join(f"{name}:{value}" for name, value in pairs if COLOUR.fullmatch(value))
