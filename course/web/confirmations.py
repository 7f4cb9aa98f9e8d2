"""Confirming: the link shows a button, the button confirms."""

from flask import Blueprint, url_for

from course import enrolling, pacing
from course.models import Enrollment
from course.pacing import Place
from course.web.errors import Gone
from course.web.limits import daily
from course.web.page import message, opened, page, parts, reading, transaction
from course.writing import Writer
from emails.tokens import Purpose

bp = Blueprint("confirmations", __name__, url_prefix="/confirm")


@bp.get("/<token>")
def show(token: str) -> str:
    enrollment_id = opened(token, Purpose.CONFIRM)
    with reading() as session:
        place = pacing.place(session, enrollment_id)
    if place is None:
        raise Gone
    if place.enrollment.state not in enrolling.UNCONFIRMED:
        return _confirmed(place)
    return page("confirm.html", place.edition, action=url_for("confirmations.confirm", token=token))


@bp.post("/<token>")
@daily(12, Purpose.CONFIRM)
def confirm(token: str) -> str:
    enrollment_id = opened(token, Purpose.CONFIRM)
    with transaction() as session:
        enrollment = session.get(Enrollment, enrollment_id)
        if enrollment is None:
            raise Gone
        writer = Writer(parts().settings.mail_domain)
        enrolling.confirm(session, writer, enrollment, parts().now())
    parts().bell.pull()
    with reading() as session:
        place = pacing.place(session, enrollment_id)
    if place is None:
        raise Gone
    return _confirmed(place)


def _confirmed(place: Place) -> str:
    sampler = place.edition.sequence.sampler
    title = sampler.title if sampler else "first letter"
    pace = parts().links.to(Purpose.PACE, place.enrollment.id or 0, parts().now())
    return message(
        "Good to have you here",
        f"The {title} is on its way to your mailbox.",
        place.edition,
        paragraphs=[place.line()],
        link=("Choose another day or hour", pace),
        laid=place.lessons_done,
        steps=len(place.edition.sequence.lessons),
    )
