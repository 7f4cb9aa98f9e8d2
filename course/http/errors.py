"""Errors, turned into answers in one place."""

from http import HTTPStatus

from flask import Flask, Response, current_app, g, request, url_for
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from course.db import engine
from course.http import security_events
from course.http.page import message_page, reading, render, runtime
from course.http.resubmission import Answer, is_same_origin, once_more, resubmit
from course.http.security_events import Event
from course.http.tokens import Gone
from course.letters import catalogue
from course.letters.catalogue import NoSuchCourse
from course.letters.course_states import Withdrawn
from emails.errors import Expired, Tampered

# Seconds after which a client may ask again.
RETRY_AFTER = 30

# What the framework says in a programmer's words, for whoever reads letters.
UNREADABLE = (
    "What arrived here could not be read, and nothing was changed. Go back, open the page anew, "
    "and try once more."
)
PLAIN_DESCRIPTIONS: dict[int, str] = {
    HTTPStatus.METHOD_NOT_ALLOWED: "This address can't be used like that, and nothing was changed. "
    "Open the link in your letter again.",
    HTTPStatus.REQUEST_URI_TOO_LONG: "The address is longer than any of ours. Open the link in "
    "your letter again.",
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: "Your browser sent more along than we can take. "
    "Clear its cookies for this site, then open the link in your letter again.",
}

# By the part of the site that a link leads to, where the newest letter has no other of its kind.
NEXT_STEPS = {
    "journal": "A link to your journal holds for ten minutes, and this one is older. Ask for "
    "another, and it is in your mailbox in a moment.",
    "confirmations": "It held for seven days. Sign up once more on the first page, and a new one "
    "is on its way.",
    "erasures": "It held for a day, and nothing was erased. Any lesson’s link to change the pace "
    "leads to where you can ask for another.",
}


def register(app: Flask) -> None:
    app.register_error_handler(CSRFError, resubmit)
    app.register_error_handler(Tampered, tampered)
    app.register_error_handler(Expired, expired)
    app.register_error_handler(Gone, gone)
    app.register_error_handler(Withdrawn, withdrawn)
    app.register_error_handler(NoSuchCourse, not_found)
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
    g.edition = None  # a page asks the database for the colours of its course
    if request.form and is_same_origin() is not False:
        body = once_more(
            "Something on our side is busy, and this may not have gone through. Nothing that you "
            "typed is lost: wait half a minute, then send it again."
        )
    else:
        body = message_page(
            "Please come back in a minute",
            "Something on our side is busy just now. Try again in half a minute.",
        )
    return body, HTTPStatus.SERVICE_UNAVAILABLE, {"Retry-After": str(RETRY_AFTER)}


def not_found(_error: Exception) -> Answer:
    return (
        message_page(
            "There is no such page",
            "The address may have been cut in two on its way. Open the link in your letter again, "
            "or copy all of it.",
            link=("To the first page", runtime().links.home()),
        ),
        HTTPStatus.NOT_FOUND,
    )


def expired(_error: Expired) -> Answer:
    security_events.record(Event.TOKEN_REFUSED, reason="expired")
    if request.blueprint == "journal":
        link = ("Mail me a new link", url_for("journal.link_form"))
    else:
        link = ("To the first page", runtime().links.home())
    way_on = NEXT_STEPS.get(request.blueprint or "", "Your newest letter has one that works.")
    return message_page("This link has run out", way_on, link=link), HTTPStatus.GONE


def gone(_error: Gone) -> Answer:
    return (
        message_page(
            "Nothing is kept here any more",
            "What this link opened was erased, as its owner asked.",
            link=("To the first page", runtime().links.home()),
        ),
        HTTPStatus.GONE,
    )


def withdrawn(error: Withdrawn) -> Answer:
    with reading() as session:
        edition = catalogue.current(session, error.course_id)
    return render("withdrawn.html", edition), HTTPStatus.GONE


def too_many(_error: Exception) -> Answer:
    """In no course's colours: who is refused must not have the database asked for them."""
    g.edition = None
    return (
        message_page(
            "A little too fast",
            "This was tried too often in a short time, from where you are or with the same letter. "
            "Wait a while, then go back and try again: what you wrote is still in the form.",
        ),
        HTTPStatus.TOO_MANY_REQUESTS,
    )


def too_large(_error: Exception) -> Answer:
    return (
        message_page(
            "That is more than one page can carry",
            "Go back and send it in two parts. Your text is still in the form.",
        ),
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    )


def broken(_error: Exception) -> Answer:
    # The database may be what is broken, and a page asks it for the colours of its course.
    g.setdefault("edition", None)
    return (
        message_page(
            "Something is broken on our side",
            "It is written down and will be looked at. Go back and try once more; "
            "what you wrote is still in the form.",
        ),
        HTTPStatus.INTERNAL_SERVER_ERROR,
    )


def other(error: HTTPException) -> Answer | Response:
    if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return Response(error.get_response().get_data(), status=error.code)
    words = error.description or UNREADABLE
    if words == type(error).description:
        words = PLAIN_DESCRIPTIONS.get(error.code, UNREADABLE)
    link = ("To the first page", runtime().links.home())
    return message_page("That did not work", words, link=link), error.code
