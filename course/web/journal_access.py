"""Access to the journal: a link is mailed, the button behind it opens a session; closing it."""

import hashlib
from contextlib import suppress
from datetime import timedelta
from functools import wraps
from typing import Any, cast

from flask import Blueprint, redirect, request, session, url_for
from werkzeug import Response as BaseResponse

from course.http import security_events
from course.http.language import explain
from course.http.language import gettext as _
from course.http.page import (
    ask,
    belong_to_reader,
    forgetting,
    message_page,
    parsed_address,
    reading,
    render,
    runtime,
    transaction,
)
from course.http.rate_limits import letter_limits
from course.http.security_events import Event
from course.http.session_lifetimes import Lifetime
from course.http.tokens import Gone, issued_at, read_token
from course.journal import access
from course.journal.access import KeyUsed
from course.models import RequestKind
from course.subscribers import session_epochs
from course.web import drafts
from emails.errors import AddressError
from emails.tokens import Purpose

bp = Blueprint("journal", __name__, url_prefix="/journal")


LIFETIME = Lifetime("journal", absolute=timedelta(hours=4), idle=timedelta(hours=1))


Answer = str | BaseResponse | tuple[str, int]


def owner() -> int | None:
    """The subscriber whose journal this browser has open.

    Raises `Gone` where it was erased. Closed in any browser, it is closed in all.
    """
    match session.get("journal"):
        case [int(id_), int(epoch)] if LIFETIME.lasts(runtime().now()):
            with reading() as db:
                current = session_epochs.journal_epoch(db, id_)
                belong_to_reader(db, id_)
            if current is None:
                raise Gone
            return id_ if current == epoch else None
    return None


def owner_only(view: Any) -> Any:
    """The view gets the owner's id; anybody else gets the form that asks for a link."""

    @wraps(view)
    def guarded(**arguments: Any) -> Answer:
        subscriber_id = owner()
        if subscriber_id is None:
            return _closed_meanwhile(request.form.get("text", ""))
        return cast("Answer", view(subscriber_id, **arguments))

    return guarded


@bp.get("/link")
def link_form() -> str:
    return render(
        "journal_link_form.html",
        action=url_for("journal.send_link"),
        values={"address": ""},
        form_errors={},
    )


@bp.post("/link")
@letter_limits
def send_link() -> Answer:
    """The same answer for every address."""
    typed = request.form.get("address", "")
    try:
        to = parsed_address(typed)
    except AddressError as error:
        return render(
            "journal_link_form.html",
            action=url_for("journal.send_link"),
            values={"address": typed},
            form_errors={"address": explain(error)},
        ), 422
    ask(RequestKind.JOURNAL, to)
    return message_page(
        _("Check your inbox"),
        _(
            "If this address has a journal, a link to it is on its way. It opens your journal "
            "once, within ten minutes."
        ),
        paragraphs=[
            _(
                "Nothing there? If you asked in the last ten minutes, use that letter. Or try the "
                "address your letters come to."
            )
        ],
    )


@bp.get("/open/<token>")
def confirm(token: str) -> Answer:
    """Opened by anyone, a mail scanner perhaps: only the button opens the journal."""
    subscriber_id = read_token(token, Purpose.JOURNAL)
    with reading() as db:
        is_used = access.is_used(db, subscriber_id, issued_at(token))
        belong_to_reader(db, subscriber_id)
    if is_used is None:
        raise Gone
    if is_used:
        return _used(subscriber_id)
    return render("journal_open.html", action=url_for("journal.open_", token=token))


@bp.post("/open/<token>")
def open_(token: str) -> Answer:
    subscriber_id, now = read_token(token, Purpose.JOURNAL), runtime().now()
    try:
        with transaction() as db:
            epoch = access.redeem_key(db, subscriber_id, issued_at(token), _this_browser(), now)
    except KeyUsed:
        security_events.record(Event.JOURNAL_KEY_REFUSED, subscriber=subscriber_id)
        return _used(subscriber_id)
    if epoch is None:
        session.clear()  # what was erased is open nowhere, and nothing else is in its place
        raise Gone
    security_events.record(Event.JOURNAL_KEY_USED, subscriber=subscriber_id)
    drafts.new_session()
    session["journal"] = [subscriber_id, epoch]
    LIFETIME.begin(runtime().now())
    return redirect(url_for("journal.show"), code=303)


@bp.post("/lock")
def close() -> Answer:
    """Everywhere: a copy of the cookie is closed, too."""
    with suppress(Gone):
        if (subscriber_id := owner()) is not None:
            with transaction() as db:
                session_epochs.close_journal(db, subscriber_id)
            security_events.record(Event.JOURNAL_CLOSED, subscriber=subscriber_id)
    session.clear()
    answer = message_page(
        _("Your journal is closed"),
        _("Here, and everywhere else it was open. It opens again with a link that we email you."),
        link=(_("Email me a link"), url_for("journal.link_form")),
    )
    return forgetting(answer)


def _used(subscriber_id: int) -> Answer:
    """Whoever has it open in this browser wants to go there."""
    if owner() == subscriber_id:
        return redirect(url_for("journal.show"), code=303)
    return message_page(
        _("This link has already opened your journal"),
        _(
            "Each link works once, and a newer one replaces those before it. Ask for another, and "
            "it will be in your inbox in a moment."
        ),
        paragraphs=[
            _(
                "If it wasn’t you who opened it, ask for a new link, open your journal and close "
                "it again: that closes it everywhere."
            )
        ],
        link=(_("Email me a new link"), url_for("journal.link_form")),
    ), 410


def _closed_meanwhile(text: str) -> Answer:
    """What was being written is not lost."""
    if not text.strip():
        return redirect(url_for("journal.link_form"), code=303)
    return render(
        "kept.html",
        title=_("Your journal has closed in the meantime"),
        lead=_(
            "It closes after an hour in which you do nothing, and everywhere when you close it. "
            "This was not saved: copy your words before you go on."
        ),
        texts=[text],
        link=(_("Email me a link to my journal"), url_for("journal.link_form")),
    ), 403


def _this_browser() -> str:
    """A digest of what its session is told apart by, which its forms had to bring along."""
    return hashlib.sha256(str(session.get("csrf_token")).encode()).hexdigest()[:32]
