"""A form whose CSRF token was missing or stale is shown again, filled in, to be sent once more."""

from http import HTTPStatus
from urllib.parse import urlsplit

from flask import request
from flask_wtf.csrf import CSRFError

from course.http.language import gettext as _
from course.http.page import home_url, message_page, render, runtime

Answer = tuple[str, int]


PASSWORD = "password"  # noqa: S105  the field's name


def resubmit(_error: CSRFError) -> Answer:
    """The form's token was missing or stale: show what was typed, and let it be sent once more.

    By a button of ours only where it was our page that sent it.
    """
    if (is_ours := is_same_origin()) is None:
        return _kept()
    if not is_ours:
        return _elsewhere()
    if PASSWORD in request.form:
        return _sign_in_again()
    lead = _("This page had been open for a long time, so we ask you again. Nothing is lost.")
    return once_more(lead), HTTPStatus.BAD_REQUEST


def once_more(lead: str) -> str:
    """What was typed, and a button that sends it again."""
    typed = request.form.items(multi=True)
    fields = [(name, value) for name, value in typed if name not in {"csrf_token", PASSWORD}]
    action = request.script_root + request.path
    return render("resubmit.html", fields=fields, action=action, lead=lead)


def is_same_origin() -> bool | None:
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
        title=_("Please open the page again"),
        lead=_(
            "We can’t tell whether this came from one of our pages, so nothing was changed. Open "
            "the page again with the link in your letter, and send it from there."
        ),
        more=_("Copy your words first.") if texts else None,
        texts=texts,
        link=(_("Back to the start"), home_url()),
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


def _elsewhere() -> Answer:
    """Another site's form gets no button of ours to be pressed unread, and no new session."""
    return (
        message_page(
            _("That didn’t work"),
            _("This form was sent from another site, and nothing was changed."),
            link=(_("Back to the start"), home_url()),
        ),
        HTTPStatus.BAD_REQUEST,
    )
