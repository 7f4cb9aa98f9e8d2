"""A small form for other sites.

It carries what was typed to the course's own page, where the consent line stands and the button
is pressed: so nothing is changed by a page that isn't ours.
"""

from flask import Blueprint, Response, render_template, url_for

from course.http.page import belong_to, reading, render, runtime
from course.http.rate_limits import MINUTE, Limit, limited
from course.letters import catalogue
from course.web import prefill

bp = Blueprint("embedding", __name__, url_prefix="/courses/<slug>")


@bp.get("/embed")
def show(slug: str) -> str:
    """The form's source, for the author to copy."""
    with reading() as session:
        edition = catalogue.by_slug(session, slug)
    belong_to(edition)
    action = f"{runtime().settings.base_url}/courses/{slug}/carried"
    snippet = render_template("embed_form.html", action=action, landing=edition.sequence.landing)
    return render("embed.html", edition, snippet=snippet)


@bp.post("/carried")
@limited(Limit(60, MINUTE))
def carry(slug: str) -> Response:
    """On to the landing page, where the form will be filled in. No row changes: no token needed."""
    with reading() as session:
        catalogue.by_slug(session, slug)
    return prefill.redirect_with(url_for("landing.course", slug=slug))
