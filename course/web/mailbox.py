"""The development mailbox: every letter that was sent, and the time machine beside it.

Only registered in development, where letters are written to a folder instead of being sent.
"""

from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, redirect, request, url_for
from werkzeug import Response as BaseResponse

from course.http.page import render, runtime
from course.i18n import dates
from course.i18n.catalogs import SOURCE, catalog_of
from course.operations import time_machine
from emails.transports.folder import messages

bp = Blueprint("mailbox", __name__, url_prefix="/mailbox")

VIEWS = ("html-phone", "html-desktop", "text", "headers", "source")
JUMPS = {"1d": timedelta(days=1), "7d": timedelta(days=7)}

# The letter as it is: inline styles, our pictures, and nothing else. It stands alone in a sandboxed
# frame.
LETTER_POLICY = "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
LETTER_POLICY += "style-src 'unsafe-inline'; img-src {pictures}/; frame-ancestors 'self'"


@bp.get("")
def newest() -> str:
    return _page(_paths()[0] if _paths() else None)


@bp.get("/<name>")
def show(name: str) -> str:
    return _page(_path(name))


@bp.get("/<name>/letter.html")
def letter(name: str) -> Response:
    """The HTML part. Its links open in a tab of their own."""
    html = _body(_read(_path(name)), "html").replace("<head>", '<head><base target="_blank">', 1)
    answer = Response(html, mimetype="text/html")
    answer.headers["Content-Security-Policy"] = LETTER_POLICY.format(
        pictures=runtime().links.pictures()
    )
    return answer


@bp.post("/time")
def travel() -> BaseResponse:
    """On to the next letter, a day or a week; all that falls into it happens."""
    current, by = runtime(), request.form.get("by", "")
    to = time_machine.next_moment(current) if by == "next" else None
    if by in JUMPS:
        to = current.now() + JUMPS[by]
    if to is not None:
        time_machine.travel(current, to)
    return redirect(url_for("mailbox.newest"), code=303)


def _page(path: Path | None) -> str:
    current = runtime()
    letter = _letter(path) if path else None
    view = request.args.get("view", "text" if letter and not letter["has_html"] else VIEWS[0])
    ahead, next_letter = time_machine.ahead(current), time_machine.next_moment(current)
    return render(
        "mailbox/index.html",
        letters=[_summary(other, other == path) for other in _paths()],
        letter=letter,
        view=view if view in VIEWS else VIEWS[0],
        view_urls={name: url_for("mailbox.show", name=path.name, view=name) for name in VIEWS}
        if path
        else {},
        now=_moment(current.now()),
        ahead=f"{ahead.days} {'day' if ahead.days == 1 else 'days'} ahead" if ahead.days else None,
        next_letter=_moment(next_letter) if next_letter else None,
        action=url_for("mailbox.travel"),
    )


def _summary(path: Path, selected: bool) -> dict[str, Any]:
    mail = _read(path)
    return {
        "id": path.name,
        "subject": mail["Subject"],
        "to": mail["To"],
        "date": _moment(mail["Date"].datetime),
        "kind": _kind(mail),
        "url": url_for("mailbox.show", name=path.name),
        "selected": selected,
    }


def _letter(path: Path) -> dict[str, Any]:
    mail = _read(path)
    return {
        **_summary(path, True),
        "from_": mail["From"],
        "headers": list(mail.items()),
        "text": _body(mail, "plain"),
        "has_html": mail.get_body(("html",)) is not None,
        "source": path.read_bytes().decode("ascii", "replace"),
        "html_url": url_for("mailbox.letter", name=path.name),
    }


def _paths() -> list[Path]:
    return messages(_folder())


def _path(name: str) -> Path:
    found = next((path for path in _paths() if path.name == name), None)
    if found is None:
        abort(404)
    return found


def _folder() -> Path:
    url = runtime().settings.mail_url
    if not url.startswith("folder:"):
        abort(404)
    return Path(url.removeprefix("folder:"))


def _read(path: Path) -> EmailMessage:
    return message_from_bytes(path.read_bytes(), policy=policy.default)


def _kind(mail: EmailMessage) -> str:
    """The doctor's test letter has no Feedback-ID, and is none of ours to count."""
    stamp = str(mail["Feedback-ID"] or "").split(":")
    return stamp[-2] if len(stamp) > 1 else "test"


def _body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    return str(part.get_content()) if part else ""


def _moment(at: datetime) -> str:
    return f"{dates.full_moment(at, 'UTC', catalog_of(SOURCE))} UTC"
