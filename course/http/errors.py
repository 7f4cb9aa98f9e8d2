"""Errors, turned into answers in one place."""

from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, request, url_for
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from course.db import engine
from course.http import security_events
from course.http.page import message_page, render, runtime
from course.http.security_events import Event
from course.http.tokens import Gone
from course.letters.catalogue import NoSuchCourse
from emails.errors import Expired, Tampered

Answer = tuple[str, int]

PASSWORD = "password"  # noqa: S105  the field's name

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
    app.register_error_handler(NoSuchCourse, not_found)
    app.register_error_handler(SQLAlchemyError, no_database)
    app.register_error_handler(HTTPStatus.NOT_FOUND, not_found)
    app.register_error_handler(HTTPStatus.TOO_MANY_REQUESTS, too_many)
    app.register_error_handler(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, too_large)
    app.register_error_handler(HTTPStatus.INTERNAL_SERVER_ERROR, broken)
    app.register_error_handler(HTTPException, other)


def resubmit(_error: CSRFError) -> Answer:
    """The form's token was missing or stale: show what was typed, and let it be sent once more.

    By a button of ours only where it was our page that sent it.
    """
    if (is_ours := _is_same_origin()) is None:
        return _kept()
    if not is_ours:
        return elsewhere()
    if PASSWORD in request.form:
        return _sign_in_again()
    lead = (
        "This page had been open for a long time, so we ask again. Nothing is lost: one press "
        "sends it on its way."
    )
    return once_more(lead), HTTPStatus.BAD_REQUEST


def once_more(lead: str) -> str:
    """What was typed, and a button that sends it again."""
    typed = request.form.items(multi=True)
    fields = [(name, value) for name, value in typed if name not in {"csrf_token", PASSWORD}]
    action = request.script_root + request.path
    return render("resubmit.html", fields=fields, action=action, lead=lead)


def _is_same_origin() -> bool | None:
    """As far as the browser says; none where it doesn't say.

    Our pages send no Referer, and so `Origin: null`; other sites can make it that, too. What tells
    them apart is `Sec-Fetch-Site`, which a few old browsers leave out.
    """
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin", "null")
    ours = {_origin_of(runtime().settings.base_url), _origin_of(request.host_url)}
    if origin != "null" and origin not in ours:
        return False
    if site is None:
        return True if origin in ours else None
    return site in {"same-origin", "none"}


def _origin_of(url: str) -> str:
    found = urlsplit(url)
    return f"{found.scheme}://{found.netloc}"


def _kept() -> Answer:
    """Perhaps another site's form: no button, and nothing that a person wrote is lost."""
    texts = [text for name, text in request.form.items(multi=True) if _is_written(name, text)]
    return render(
        "kept.html",
        title="Open the page once more",
        lead="We can't tell whether this came from one of our pages, so nothing was changed. Open "
        "the page again by the link in your letter, and send it from there."
        + (" Copy your words first." if texts else ""),
        texts=texts,
        link=("To the first page", runtime().links.home()),
    ), HTTPStatus.BAD_REQUEST


def _is_written(name: str, text: str) -> bool:
    """By a person, and worth keeping."""
    if name in {"csrf_token", PASSWORD}:
        return False
    return name == "text" or len(text) > 60 or "\n" in text


def _sign_in_again() -> Answer:
    """A password is put into no page."""
    return message_page(
        "Sign in once more",
        "This page had been open for a long time. Nothing was changed.",
        link=("Open the page anew", request.script_root + request.path),
    ), HTTPStatus.BAD_REQUEST


def elsewhere() -> Answer:
    """Another site's form gets no button of ours to be pressed unread, and no new session."""
    return (
        message_page(
            "That did not work",
            "This form was sent from another site, and nothing was changed.",
            link=("To the first page", runtime().links.home()),
        ),
        HTTPStatus.BAD_REQUEST,
    )


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
    if request.form and _is_same_origin() is not False:
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
