"""Who is where in the course, what was sent, what failed and why."""

from flask import Blueprint, redirect, request, url_for
from werkzeug import Response

from course.admin.sessions import author_only
from course.http.page import reading, render, runtime, transaction
from course.operations import failed_deliveries, overview

bp = Blueprint("overview", __name__, url_prefix="/admin")


@bp.get("/")
@author_only
def show() -> str:
    with reading() as session:
        seen = overview.overview(session, runtime().now())
        lost = failed_deliveries.groups(session)[: overview.SHOWN]
    return render(
        "admin/overview.html",
        totals=seen.totals,
        letters=seen.letters,
        courses=seen.courses,
        subscribers=seen.subscribers,
        failures=seen.failures,
        lost=lost,
        resend_url=url_for("overview.resend"),
        sign_out_url=url_for("sessions.sign_out"),
    )


@bp.post("/resent-letters")
@author_only
def resend() -> Response:
    """Those of which the server said these words; nobody is written to who may not be."""
    said = request.form.get("words", "")
    with transaction() as session:
        failed_deliveries.resend(session, lambda _, words: words == said, runtime().now())
    runtime().bell.pull()
    return redirect(url_for("overview.show", _anchor="trouble"), code=303)
