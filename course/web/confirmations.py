"""Confirming: the link shows a button, the button confirms."""

from contextlib import suppress

from flask import Blueprint, url_for

from course.http import security_events
from course.http.page import message_page, reading, render, runtime, transaction
from course.http.rate_limits import daily
from course.http.security_events import Event
from course.http.tokens import Gone, issued_at, linked_as_old, place_of, read_token
from course.letters import course_states
from course.outbox.orders import Enqueuer
from course.subscribers import enrolling
from course.subscribers.enrolling import Outdated
from course.subscribers.place import Place
from emails.tokens import Purpose

Answer = str | tuple[str, int]

bp = Blueprint("confirmations", __name__, url_prefix="/confirm")


@bp.get("/<token>")
def show(token: str) -> Answer:
    with reading() as session:
        place = place_of(session, token, Purpose.CONFIRM)
        course_states.require_given(session, place.enrollment.course_id)
        outdated = enrolling.is_outdated(session, place.enrollment, issued_at(token))
    if outdated:
        return _outdated(place)
    if place.enrollment.state not in enrolling.UNCONFIRMED:
        return _confirmed(place, token)
    return render(
        "confirm.html", place.edition, action=url_for("confirmations.confirm", token=token)
    )


@bp.post("/<token>")
@daily(12, Purpose.CONFIRM)
def confirm(token: str) -> Answer:
    enrollment_id = read_token(token, Purpose.CONFIRM)
    with suppress(Outdated), transaction() as session:
        enqueuer, now = Enqueuer(runtime().settings.mail_domain), runtime().now()
        if not enrolling.confirm_by_link(session, enqueuer, enrollment_id, now, issued_at(token)):
            raise Gone
    runtime().bell.pull()
    return show(token)


def _outdated(place: Place) -> Answer:
    security_events.record(Event.TOKEN_REFUSED, reason="outdated", enrollment=place.enrollment.id)
    return message_page(
        "This link is from before you left",
        "You have left since, and nothing was changed. If you want to come back, sign up once "
        "more: the letter that follows brings you in.",
        place.edition,
        link=("To the first page", url_for("landing.course", slug=place.edition.sequence.slug)),
    ), 410


def _confirmed(place: Place, token: str) -> str:
    sampler = place.edition.sequence.sampler
    title = sampler.title if sampler else "first letter"
    pace = linked_as_old(token, Purpose.PACE, place.enrollment.id or 0)
    return message_page(
        "Good to have you here",
        f"The {title} is on its way to your mailbox.",
        place.edition,
        paragraphs=[place.line()],
        link=("Choose another day or hour", pace) if pace else None,
        laid=place.lessons_done,
        steps=len(place.edition.sequence.lessons),
    )
