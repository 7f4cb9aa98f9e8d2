"""Leaving by the visible link, and by the mail program's own button (RFC 8058).

A letter's link ends what that letter was of: this course, or this newsletter. The page says what
else its reader gets.
"""

from flask import Blueprint, abort, request, url_for
from sqlmodel import Session

from course.http.page import belong_to, reading, render, runtime, transaction
from course.http.rate_limits import MINUTE, Limit, limited
from course.http.tokens import Gone, linked_as_old, read_any
from course.models import Enrollment, EnrollmentState, SubscriptionState
from course.outbox.orders import edition_of
from course.runtime.links import LEAVING
from course.subscribers import departures
from course.subscribers.departures import Departure
from course.web import departed
from emails.tokens import Purpose

bp = Blueprint("unsubscribing", __name__, url_prefix="/u")

# RFC 8058, section 3.1: the body is this and nothing else, in either of a form's encodings.
ONE_CLICK = [("List-Unsubscribe", "One-Click")]


@bp.get("/<token>")
def show(token: str) -> str:
    """A scanner may open this as often as it likes."""
    with reading() as session:
        departure = _departure(session, token)
        belong_to(edition := edition_of(session, departure.place))
        if departure.place.state in (EnrollmentState.LEFT, SubscriptionState.LEFT):
            return departed.page(session, token, departure.subscriber, edition, [])
        more = departed.remaining(session, departure.subscriber, [departure.place])
    pace = _pace(token, departure)
    return render(
        "leave.html",
        edition,
        action=url_for("unsubscribing.leave", token=token),
        pace_url=pace,
        everything=departure.everything,
        is_course=isinstance(departure.place, Enrollment),
        is_confirmed=departure.place.state.value != "pending",
        more=more,
    )


# After a newsletter, one mail provider asks for many of its readers at once, from few addresses;
# refused, it may not ask again. Nothing changes without a link of ours, and it costs us little.
@bp.post("/<token>")
@limited(Limit(900, MINUTE), alone=True)
def one_click(token: str) -> tuple[str, int]:
    """Mail programs post here unasked: no login, no cookie, no redirect, no form token."""
    if not _is_one_click():
        abort(400, "This address takes one-click unsubscribing as in RFC 8058, and nothing else.")
    purpose, id_ = read_any(token, LEAVING)
    with transaction() as session:  # who was erased has left already
        if departure := departures.find(session, purpose, id_):
            departures.leave(session, departure, runtime().now())
    return "", 200


@bp.post("/<token>/departure")
def leave(token: str) -> str:
    with transaction() as session:
        departure = _departure(session, token)
        belong_to(edition := edition_of(session, departure.place))
        left = departures.leave(session, departure, runtime().now())
        return departed.page(session, token, departure.subscriber, edition, left)


def _departure(session: Session, token: str) -> Departure:
    """Raises `Tampered`, `Expired` or `Gone`."""
    departure = departures.find(session, *read_any(token, LEAVING))
    if departure is None:
        raise Gone
    return departure


def _pace(token: str, departure: Departure) -> str | None:
    """Slowing down instead; for whoever has begun."""
    place = departure.place
    if isinstance(place, Enrollment) and place.state is not EnrollmentState.PENDING:
        return linked_as_old(token, Purpose.PACE, place.id or 0)
    return None


def _is_one_click() -> bool:
    """Some programs end the body with a line break."""
    fields = [(name, value.rstrip("\r\n")) for name, value in request.form.items(multi=True)]
    return fields == ONE_CLICK and not request.files
