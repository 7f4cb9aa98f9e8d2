"""Who is where in the course, what was sent, what failed and why."""

from flask import Blueprint, url_for

from course import overseeing
from course.admin.sessions import author_only
from course.web.page import page, parts, reading

bp = Blueprint("overview", __name__, url_prefix="/admin")


@bp.get("/")
@author_only
def show() -> str:
    with reading() as session:
        seen = overseeing.overview(session, parts().now())
    return page(
        "admin/overview.html",
        totals=seen.totals,
        letters=seen.letters,
        courses=seen.courses,
        subscribers=seen.subscribers,
        failures=seen.failures,
        sign_out_url=url_for("sessions.sign_out"),
    )
