"""A small form for other sites.

It carries what was typed to the page of the course or the newsletter, where the consent line stands
and the button is pressed: so nothing is changed by a page that isn't ours.
"""

from flask import Blueprint, Response, render_template, url_for

from course.http.page import belong_to, reading, render, runtime
from course.http.rate_limits import MINUTE, Limit, limited
from course.letters import catalogue, newsletter_editions
from course.letters.catalogue import AnyEdition, Edition, NewsletterEdition
from course.letters.newsletter_editions import NoSuchNewsletter
from course.web import prefill

bp = Blueprint("embedding", __name__)


@bp.get("/courses/<slug>/embed")
def show(slug: str) -> str:
    """The form's source, for the author to copy."""
    return _page("courses", _course(slug))


@bp.get("/newsletters/<slug>/embed")
def show_newsletter(slug: str) -> str:
    return _page("newsletters", _newsletter(slug))


@bp.post("/courses/<slug>/carried")
@limited(Limit(60, MINUTE))
def carry(slug: str) -> Response:
    """On to the landing page, where the form will be filled in. No row changes: no token needed."""
    _course(slug)
    return prefill.redirect_with(url_for("landing.course", slug=slug))


@bp.post("/newsletters/<slug>/carried")
@limited(Limit(60, MINUTE))
def carry_newsletter(slug: str) -> Response:
    _newsletter(slug)
    return prefill.redirect_with(url_for("newsletters.show", slug=slug))


def _page(below: str, edition: AnyEdition) -> str:
    belong_to(edition)
    published = edition.publication
    action = f"{runtime().settings.base_url}/{below}/{published.slug}/carried"
    snippet = render_template("embed_form.html", action=action, landing=published.landing)
    return render("embed.html", edition, snippet=snippet)


def _course(slug: str) -> Edition:
    """Raises `NoSuchCourse`."""
    with reading() as session:
        return catalogue.by_slug(session, slug)


def _newsletter(slug: str) -> NewsletterEdition:
    """Raises `NoSuchNewsletter`."""
    with reading() as session:
        edition = newsletter_editions.open_by_slug(session, slug)
    if edition is None:
        raise NoSuchNewsletter(slug)
    return edition
