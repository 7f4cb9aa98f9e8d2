"""The sampler, as a page and as a PDF made of the same text."""

from flask import Blueprint, Response, abort, url_for

from course.http.page import reading, render
from course.http.tokens import place_of
from course.letters import catalogue
from course.subscribers.place import Place
from course.web.pictures import page_prose
from emails.tokens import Purpose

bp = Blueprint("sampler", __name__, url_prefix="/sampler")


@bp.get("/<token>")
def show(token: str) -> str:
    place = _place(token)
    sampler = place.edition.sequence.sampler
    if sampler is None:
        abort(404)
    return render(
        "sampler.html",
        place.edition,
        sampler=sampler,
        body_html=page_prose(sampler, place.edition.sequence),
        pdf_url=url_for("sampler.pdf", token=token),
    )


@bp.get("/<token>.pdf")
def pdf(token: str) -> Response:
    place = _place(token)
    with reading() as session:
        data = catalogue.sampler_pdf(session, place.edition)
    if data is None:
        abort(404)
    answer = Response(data, mimetype="application/pdf")
    name = f"{place.edition.sequence.slug}.pdf"
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return answer


def _place(token: str) -> Place:
    with reading() as session:
        return place_of(session, token, Purpose.SAMPLER)
