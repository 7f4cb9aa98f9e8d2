"""Confirming: the link shows a button, the button confirms."""

from contextlib import suppress

from flask import Blueprint, url_for

from course.http import security_events
from course.http.language import gettext as _
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
        "confirm.html",
        place.edition,
        has_sampler=place.edition.sequence.sampler is not None,
        first_line=place.first_line(runtime().now()),
        action=url_for("confirmations.confirm", token=token),
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
        _("This link is from before you left"),
        _(
            "You’ve left since then, so nothing was changed. If you’d like to come back, sign up "
            "again: the letter that follows lets you back in."
        ),
        place.edition,
        link=(_("Back to the start"), url_for("landing.course", slug=place.edition.sequence.slug)),
    ), 410


def _confirmed(place: Place, token: str) -> str:
    sampler = place.edition.sequence.sampler
    on_its_way = (
        _("On its way to your inbox: %(sampler)s", sampler=sampler.title)
        if sampler
        else _("A first letter is on its way to your inbox.")
    )
    pace = linked_as_old(token, Purpose.PACE, place.enrollment.id or 0)
    return message_page(
        _("It’s good to have you here"),
        on_its_way,
        place.edition,
        paragraphs=[place.line(runtime().now())],
        link=(_("Choose another day or time"), pace) if pace else None,
        laid=place.lessons_done,
        steps=len(place.edition.sequence.lessons),
    )
