"""What a reader gets: every course and newsletter, with a way to leave each, or all of them."""

from contextlib import suppress

from flask import Blueprint, request, url_for
from sqlmodel import Session

from course.http.language import gettext as _
from course.http.page import belong_to, message_page, reading, render, runtime, transaction
from course.http.rate_limits import HOUR, Limit, letter_limits, limited
from course.http.tokens import Gone, read_any, read_token
from course.letters.catalogue import AnyEdition
from course.models import DeliveryKind, Subscriber
from course.outbox.orders import AnyPlace, Enqueuer, edition_of
from course.subscribers import departures, leaving
from course.web import departed
from emails.errors import TokenError
from emails.tokens import Purpose

bp = Blueprint("preferences", __name__)

RETURNING = (Purpose.RETURN_TO_COURSE, Purpose.RETURN_TO_NEWSLETTER)

changes = limited(Limit(60, HOUR))


@bp.get("/preferences/<token>")
def show(token: str) -> str:
    with reading() as session:
        subscriber, edition = _subscriber(session, token)
        remaining = departed.remaining(session, subscriber)
    return render(
        "preferences.html",
        edition,
        remaining=remaining,
        action=url_for("preferences.leave", token=token),
        erasure_url=url_for("preferences.erasure", token=token),
        journal_url=url_for("journal.link_form"),
    )


@bp.post("/preferences/<token>/departures")
@changes
def leave(token: str) -> str:
    """One of them, by the name that the page gave it, or `everything`."""
    wanted = request.form.get("place", "")
    with transaction() as session:
        subscriber, edition = _subscriber(session, token)
        chosen = [
            place
            for place in leaving.places(session, subscriber)
            if wanted in ("everything", departed.name_of(place))
        ]
        left = [place for place in chosen if leaving.leave(session, place, runtime().now())]
        return departed.page(session, token, subscriber, edition, left)


@bp.post("/preferences/<token>/erasure")
@letter_limits
def erasure(token: str) -> str:
    """Not from here: whoever was forwarded a letter could do it. A letter asks the owner."""
    with transaction() as session:
        subscriber, edition = _subscriber(session, token)
        place = _newest_place(session, subscriber)
        enqueuer = Enqueuer(runtime().settings.mail_domain)
        enqueuer.enqueue_daily(session, place, DeliveryKind.ERASURE, runtime().now())
    runtime().bell.pull()
    return message_page(
        _("One letter first"),
        _("We’ve emailed you a link. Open it and press the button; then everything is erased."),
        edition,
        paragraphs=[_("The link works for a day. If you change your mind, do nothing.")],
        link=(_("Back to what you get"), url_for("preferences.show", token=token)),
    )


@bp.post("/return/<token>")
@changes
def come_back(token: str) -> str:
    """Undo leaving, on the page that says it is done."""
    purpose, id_ = read_any(token, RETURNING)
    with transaction() as session:
        place = departures.place_of(session, purpose is Purpose.RETURN_TO_NEWSLETTER, id_)
        if place is None:
            raise Gone
        belong_to(edition := edition_of(session, place))
        enqueuer = Enqueuer(runtime().settings.mail_domain)
        leaving.return_to(session, place, enqueuer, runtime().now())
    runtime().bell.pull()
    return message_page(
        _("Welcome back"),
        _("Nothing was lost: it goes on where it was."),
        edition,
        link=_choices(),
    )


def _choices() -> tuple[str, str] | None:
    """The link that came along: a new one would make an old letter's access new."""
    token = request.form.get("choices", "")
    with suppress(TokenError):
        read_token(token, Purpose.PREFERENCES)
        return _("See all you get from us"), url_for("preferences.show", token=token)
    return None


def _subscriber(session: Session, token: str) -> tuple[Subscriber, AnyEdition]:
    """And in whose colours the page is: those of what they subscribed to last.

    Raises `Tampered`, `Expired` or `Gone`.
    """
    subscriber = session.get(Subscriber, read_token(token, Purpose.PREFERENCES))
    if subscriber is None:
        raise Gone
    edition = edition_of(session, _newest_place(session, subscriber))
    belong_to(edition)
    return subscriber, edition


def _newest_place(session: Session, subscriber: Subscriber) -> AnyPlace:
    """Left or not; a newsletter before a course, as its letters lead here."""
    for place in reversed(leaving.all_places(session, subscriber)):
        return place
    raise Gone
