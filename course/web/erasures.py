"""Erasing everything: the link shows a button, the button erases."""

from flask import Blueprint, Response, url_for

from course.http import security_events
from course.http.language import gettext as _
from course.http.page import (
    belong_to_reader,
    forgetting,
    home_url,
    message_page,
    reading,
    render,
    transaction,
)
from course.http.security_events import Event
from course.http.tokens import Gone, read_token
from course.journal import entries
from course.models import Subscriber
from course.subscribers import erasing, leaving
from course.web import departed
from emails.tokens import Purpose

bp = Blueprint("erasures", __name__, url_prefix="/erase")


@bp.get("/<token>")
def show(token: str) -> str:
    """What is kept of this reader, by name."""
    subscriber_id = read_token(token, Purpose.ERASE)
    with reading() as session:
        subscriber = session.get(Subscriber, subscriber_id)
        if subscriber is None:
            raise Gone
        belong_to_reader(session, subscriber_id)
        return render(
            "erase.html",
            named=bool(subscriber.first_name),
            places=departed.listed(session, leaving.all_places(session, subscriber)),
            has_written=entries.has_any(session, subscriber_id),
            action=url_for("erasures.erase", token=token),
            journal_url=url_for("journal.link_form"),
        )


@bp.post("/<token>")
def erase(token: str) -> Response:
    """Drafts are in no database: the browser is told to throw them away."""
    subscriber_id = read_token(token, Purpose.ERASE)
    with transaction() as session:
        belong_to_reader(session, subscriber_id)
        if erasing.erase_by_link(session, subscriber_id):
            security_events.record(Event.ERASED, subscriber=subscriber_id)
    answer = message_page(
        _("Everything is erased"),
        _("Nothing of yours is kept here anymore. Be well."),
        link=(_("Back to the start"), home_url()),
    )
    return forgetting(answer)
