"""The pace page: pause, change the hour, skip, restart, leave, erase. One page, from any letter."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, request, url_for
from sqlmodel import Session
from werkzeug import Response

from course.http import forms
from course.http.language import gettext as _
from course.http.language import said
from course.http.page import message_page, reading, runtime, transaction
from course.http.rate_limits import HOUR, Limit, daily, letter_limits, limited
from course.http.tokens import issued_at, place_of
from course.i18n.catalogs import marked
from course.models import DeliveryKind
from course.outbox.orders import Enqueuer
from course.subscribers import leaving, pacing, resubscribing
from course.subscribers.pacing import NotPossible
from course.subscribers.place import Place
from course.web import departed
from course.web.pace_page import pace_page
from emails.tokens import Purpose
from sequences.schedule import known_zone

bp = Blueprint("pace", __name__, url_prefix="/pace/<token>")

Answer = str | Response | tuple[str, int]
Verb = Callable[[Session, Place, datetime], None]
StepVerb = Callable[[Session, Place, str, datetime], None]

TWO_WEEKS = timedelta(days=14)

# What was done, said once at the top of the page.
NOTICES = {
    "pause": marked("Paused."),
    "resumption": marked("You’re back."),
    "schedule": marked("Your schedule is saved."),
    "next_letter": marked("The next letter is on its way."),
    # Translators: the next letter was.
    "skip": marked("Skipped."),
    "restart": marked("You’re starting over with the first lesson."),
    "newsletters": marked("Your choice is saved."),
}

changes = limited(Limit(60, HOUR))


@bp.get("")
def show(token: str) -> str:
    with reading() as session:
        place = _place(session, token)
    notice = NOTICES.get(request.args.get("done", ""))
    return pace_page(token, place, notice=_(notice) if notice else None)


@bp.post("/pause")
@changes
def pause(token: str) -> Answer:
    """Until a date, for two weeks, or until told."""
    until, errors = _until(token)
    if errors:
        return _again(token, errors)
    field = "until" if request.form.get("length") == "date" else "pause"
    return _change(token, "pause", lambda s, place, now: pacing.pause(s, place, until, now), field)


@bp.post("/resumption")
@changes
def resumption(token: str) -> Answer:
    return _change(token, "resumption", pacing.resume)


@bp.post("/schedule")
@changes
def schedule(token: str) -> Answer:
    """Days, hour and zone of one's own; or all as the course has it again."""
    if request.form.get("follow") == "course":
        return _change(token, "schedule", pacing.follow_course)
    days, wrong_days = forms.weekdays(request.form)
    at, wrong_hour = forms.hour(request.form)
    zone, wrong_zone = forms.zone(request.form)
    if errors := {**wrong_days, **wrong_hour, **wrong_zone}:
        return _again(token, errors)
    return _change(
        token,
        "schedule",
        lambda s, place, now: pacing.reschedule(s, place, days, at, zone, now),
        "days",
    )


@bp.post("/next-letter")
@changes
@daily(12, Purpose.PACE)
def next_letter(token: str) -> Answer:
    return _change_step(token, "next_letter", pacing.send_next_now)


@bp.post("/skip")
@changes
def skip(token: str) -> Answer:
    return _change_step(token, "skip", pacing.skip)


@bp.post("/restart")
@changes
@daily(12, Purpose.PACE)
def restart(token: str) -> Answer:
    return _change(token, "restart", pacing.restart)


@bp.post("/newsletters")
@changes
def newsletters(token: str) -> Answer:
    """Leave one, or take it up again."""
    which, wanted = request.form.get("newsletter", ""), request.form.get("wanted") == "yes"

    def want(session: Session, place: Place, now: datetime) -> None:
        resubscribing.want(session, place, which, wanted, now, issued_at(token))

    return _change(token, "newsletters", want)


@bp.post("/departure")
@changes
def departure(token: str) -> Answer:
    with transaction() as session:
        place = _place(session, token)
        gone = leaving.leave(session, place.enrollment, runtime().now())
        left = [place.enrollment] if gone else []
        return departed.page(session, token, place.subscriber, place.edition, left)


@bp.post("/erasure")
@letter_limits
def erasure(token: str) -> Answer:
    """Not from here: whoever was forwarded a lesson could do it. A letter asks the owner."""
    with transaction() as session:
        place = _place(session, token)
        enqueuer = Enqueuer(runtime().settings.mail_domain)
        enqueuer.enqueue_daily(session, place.enrollment, DeliveryKind.ERASURE, runtime().now())
    runtime().bell.pull()
    return message_page(
        _("One letter first"),
        _("We’ve emailed you a link. Open it and press the button; then everything is erased."),
        place.edition,
        paragraphs=[_("The link works for a day. If you change your mind, do nothing.")],
        link=(_("Back to your pace"), url_for("pace.show", token=token)),
    )


def _change(token: str, name: str, verb: Verb, field: str | None = None) -> Answer:
    """Do it in one transaction and show the page again; where it can't be done, say why.

    Beside `field`, if what was typed there may be the reason.
    """
    try:
        with transaction() as session:
            verb(session, _place(session, token), runtime().now())
    except NotPossible as reason:
        return _again(token, {field or name: str(reason)}, is_said=True)
    runtime().bell.pull()
    return redirect(url_for("pace.show", token=token, done=name), code=303)


def _change_step(token: str, name: str, verb: StepVerb) -> Answer:
    """Of the step that the page showed."""
    step = request.form.get("step", "")
    return _change(token, name, lambda session, place, now: verb(session, place, step, now))


def _again(token: str, errors: forms.Errors, is_said: bool = False) -> tuple[str, int]:
    """Of marked sentences, or of what is in the page's language already."""
    with reading() as session:
        place = _place(session, token)
    shown = errors if is_said else said(errors)
    typed: dict[str, Any] = request.form.to_dict()
    if request.endpoint == "pace.schedule":
        typed["days"] = request.form.getlist("days")
    return pace_page(token, place, errors=shown, values=typed), 422


def _place(session: Session, token: str) -> Place:
    return place_of(session, token, Purpose.PACE)


def _until(token: str) -> tuple[date | None, forms.Errors]:
    match request.form.get("length"):
        case "two-weeks":
            with reading() as session:
                zone = ZoneInfo(known_zone(_place(session, token).enrollment.zone))
            return runtime().now().astimezone(zone).date() + TWO_WEEKS, {}
        case "open":
            return None, {}
        case _:
            return forms.day(request.form, "until")
