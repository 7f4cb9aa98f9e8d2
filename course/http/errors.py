"""Errors, turned into answers in one place."""

from http import HTTPStatus

from flask import Flask, Response, current_app, request, url_for
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from course.db import engine
from course.http import security_events
from course.http.language import gettext as _
from course.http.page import ask_no_database, home_url, message_page, reading, render
from course.http.resubmission import Answer, is_same_origin, once_more, resubmit
from course.http.security_events import Event
from course.http.tokens import Gone
from course.i18n.catalogs import marked
from course.letters import catalogue
from course.letters.catalogue import NoSuchCourse
from course.letters.course_states import Withdrawn
from course.letters.newsletter_editions import NoSuchNewsletter
from emails.errors import Expired, Tampered

# Seconds after which a client may ask again.
RETRY_AFTER = 30

# What the framework says in a programmer's words, for whoever reads letters.
UNREADABLE = marked(
    "What your browser sent couldn’t be read, and nothing was changed. Go back, reload the page "
    "and try again."
)
PLAIN_DESCRIPTIONS: dict[int, str] = {
    HTTPStatus.METHOD_NOT_ALLOWED: marked(
        "This address can’t be used that way, and nothing was changed. Open the link in your "
        "letter again."
    ),
    HTTPStatus.REQUEST_URI_TOO_LONG: marked(
        "This address is longer than any of ours. Open the link in your letter again."
    ),
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: marked(
        "Your browser sent more than we can take. Clear its cookies for this site, then open the "
        "link in your letter again."
    ),
}

# By the part of the site that a link leads to, where the newest letter has no other of its kind.
NEXT_STEPS = {
    "journal": marked(
        "A link to your journal works for ten minutes, and this one is older. Ask for a new one, "
        "and it will be in your inbox in a moment."
    ),
    "confirmations": marked(
        "It worked for seven days. Sign up again, and a new one will be in your inbox in a moment."
    ),
    "erasures": marked(
        "It worked for one day, and nothing was erased. The links under any of our letters take "
        "you to where you can ask for a new one."
    ),
}
NEWEST_LETTER = marked("Your newest letter has one that works.")


def register(app: Flask) -> None:
    app.register_error_handler(CSRFError, resubmit)
    app.register_error_handler(Tampered, tampered)
    app.register_error_handler(Expired, expired)
    app.register_error_handler(Gone, gone)
    app.register_error_handler(Withdrawn, withdrawn)
    app.register_error_handler(NoSuchCourse, not_found)
    app.register_error_handler(NoSuchNewsletter, not_found)
    app.register_error_handler(SQLAlchemyError, no_database)
    app.register_error_handler(HTTPStatus.NOT_FOUND, not_found)
    app.register_error_handler(HTTPStatus.TOO_MANY_REQUESTS, too_many)
    app.register_error_handler(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, too_large)
    app.register_error_handler(HTTPStatus.INTERNAL_SERVER_ERROR, broken)
    app.register_error_handler(HTTPException, other)


def tampered(error: Tampered) -> Answer:
    security_events.record(Event.TOKEN_REFUSED, reason="tampered")
    return not_found(error)


def no_database(error: SQLAlchemyError) -> tuple[str, int, dict[str, str]]:
    """It is locked, away, full or read-only, and it passes.

    Where the connection broke while it was asked to commit, nobody knows what was kept.
    """
    if not engine.is_unavailable(error):
        raise error
    name = type(getattr(error, "orig", None) or error).__name__
    current_app.logger.error("no database for %s: %s", request.endpoint, name)
    ask_no_database()
    if request.form and is_same_origin() is not False:
        body = once_more(
            _(
                "Something on our side is busy, and this may not have gone through. Nothing you "
                "typed is lost: wait half a minute, then send it again."
            )
        )
    else:
        body = message_page(
            _("Please come back in a minute"),
            _("Something on our side is busy right now. Try again in half a minute."),
        )
    return body, HTTPStatus.SERVICE_UNAVAILABLE, {"Retry-After": str(RETRY_AFTER)}


def not_found(_error: Exception) -> Answer:
    return (
        message_page(
            _("There’s no page here"),
            _(
                "The link may have been cut in two along the way. Open the link in your letter "
                "again, or copy all of it."
            ),
            link=(_("Back to the start"), home_url()),
        ),
        HTTPStatus.NOT_FOUND,
    )


def expired(_error: Expired) -> Answer:
    security_events.record(Event.TOKEN_REFUSED, reason="expired")
    if request.blueprint == "journal":
        link = (_("Email me a new link"), url_for("journal.link_form"))
    else:
        link = (_("Back to the start"), home_url())
    way_on = _(NEXT_STEPS.get(request.blueprint or "", NEWEST_LETTER))
    return message_page(_("This link has expired"), way_on, link=link), HTTPStatus.GONE


def gone(_error: Gone) -> Answer:
    return (
        message_page(
            _("Nothing is kept here anymore"),
            _("What this link opened has been erased, as its owner asked."),
            link=(_("Back to the start"), home_url()),
        ),
        HTTPStatus.GONE,
    )


def withdrawn(error: Withdrawn) -> Answer:
    with reading() as session:
        edition = catalogue.current(session, error.course_id)
    return render("withdrawn.html", edition), HTTPStatus.GONE


def too_many(_error: Exception) -> Answer:
    ask_no_database()
    return (
        message_page(
            _("That was a little too fast"),
            _(
                "This was tried too many times in a short while, from your network or with the "
                "same letter. Wait a little, then go back and try again: what you wrote is still "
                "in the form."
            ),
        ),
        HTTPStatus.TOO_MANY_REQUESTS,
    )


def too_large(_error: Exception) -> Answer:
    return (
        message_page(
            _("That’s more than one page can carry"),
            _("Go back and send it in two parts. Your text is still in the form."),
        ),
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    )


def broken(_error: Exception) -> Answer:
    ask_no_database()
    return (
        message_page(
            _("Something broke on our side"),
            _(
                "It has been noted, and we’ll see to it. Go back and try again: what you wrote is "
                "still in the form."
            ),
        ),
        HTTPStatus.INTERNAL_SERVER_ERROR,
    )


def other(error: HTTPException) -> Answer | Response:
    if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return Response(error.get_response().get_data(), status=error.code)
    words = error.description or _(UNREADABLE)
    if words == type(error).description:
        words = _(PLAIN_DESCRIPTIONS.get(error.code, UNREADABLE))
    link = (_("Back to the start"), home_url())
    return message_page(_("That didn’t work"), words, link=link), error.code
