"""The pictures of letters and pages.

An address says what is in the picture and nothing of who looks at it, so it is the same for all
readers, and whoever has fetched it once need never ask again.
"""

import re

from flask import Blueprint, Response, abort, request, url_for
from markupsafe import Markup

from course.authoring.pictures import ENDINGS
from course.http.page import reading
from course.letters.prose import prose
from course.models import Picture
from sequences.sequence import Landing, Lesson, LetterText, Publication, Sampler

bp = Blueprint("pictures", __name__, url_prefix="/pictures")

FILE = re.compile(rf"([0-9a-f]{{32}})\.({'|'.join(ENDINGS.values())})")

NOTHING_ELSE = "default-src 'none'; sandbox; frame-ancestors 'none'"
FOR_EVER = "public, max-age=31536000, immutable"


@bp.get("/<name>")
def show(name: str) -> Response:
    """Mail programs and their proxies fetch it from elsewhere, without cookies."""
    found = FILE.fullmatch(name)
    if found is None:
        abort(404)
    picture = _picture(found[1])
    if picture is None or ENDINGS[picture.type] != found[2]:
        abort(404)
    answer = Response(picture.data, mimetype=f"image/{picture.type}")
    answer.headers["Cache-Control"] = FOR_EVER
    answer.headers["Content-Security-Policy"] = NOTHING_ELSE
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer.set_etag(picture.digest)
    answer.make_conditional(request)
    return answer


def page_prose(text: Landing | Lesson | LetterText | Sampler, publication: Publication) -> Markup:
    """An author's text as HTML of a page; its placeholders are still in it."""
    return Markup(prose(text, publication, _root()))  # noqa: S704  made of Markdown by us


def _root() -> str:
    """Where all pictures lie, as a page of ours names it."""
    return url_for("pictures.show", name="-").removesuffix("/-")


def _picture(digest: str) -> Picture | None:
    with reading() as session:
        return session.get(Picture, digest)
