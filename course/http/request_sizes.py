"""Size limits of a request: URL, headers, body and fields; checked before anything reads them.

More than a browser ever sends with our pages is answered by a status (413, 414, 431). What a person
can have typed or pasted is cut to what fits, and comes back in its form with the reason beside it.
Flask's `MAX_CONTENT_LENGTH` is set for each request; it knows no limits of single fields.
"""

from collections.abc import Callable
from io import BytesIO
from typing import IO, Any, TypeVar

from flask import Request, current_app, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import (
    RequestEntityTooLarge,
    RequestHeaderFieldsTooLarge,
    RequestURITooLarge,
)
from werkzeug.formparser import FormDataParser

# In bytes. A reflection of 40,000 characters, of four bytes each and form-encoded, fits.
MAX_TEXT_FORM_BYTES = 512 * 1024
MAX_FORM_BYTES = 32 * 1024

MAX_FIELDS = 32

# In characters; of the fields that aren't named, and of a field's name, the last.
FIELD_LENGTHS = {"text": MAX_TEXT_FORM_BYTES, "password": 1024, "csrf_token": 256, "address": 512}
FIELD_LENGTH = 256

# In characters: a path and its query, and any one header.
MAX_URL_LENGTH = 2048
MAX_HEADER_LENGTH = 8190

View = TypeVar("View", bound=Callable[..., Any])


def takes_text(view: View) -> View:
    """For a form in which somebody writes."""
    view.__dict__["takes_text"] = True
    return view


def check() -> None:
    """The request line and the headers; and how large a body may be, once it's asked for."""
    environ = request.environ
    if len(environ.get("PATH_INFO", "")) + len(environ.get("QUERY_STRING", "")) > MAX_URL_LENGTH:
        raise RequestURITooLarge
    for name, value in environ.items():
        if name.startswith("HTTP_") and len(value) > MAX_HEADER_LENGTH:
            raise RequestHeaderFieldsTooLarge
    if len(environ.get("CONTENT_TYPE", "")) > FIELD_LENGTH:
        raise RequestHeaderFieldsTooLarge
    view = current_app.view_functions.get(request.endpoint or "")
    takes_text = getattr(view, "__dict__", {}).get("takes_text", False)
    request.max_content_length = MAX_TEXT_FORM_BYTES if takes_text else MAX_FORM_BYTES


class SizedForm(FormDataParser):
    """A form of few fields, each as long as it may be."""

    def parse(
        self,
        stream: IO[bytes],
        mimetype: str,
        content_length: int | None,
        options: dict[str, str] | None = None,
    ) -> tuple[IO[bytes], MultiDict[str, str], MultiDict[str, Any]]:
        if mimetype == "application/x-www-form-urlencoded":
            stream = BytesIO(self._counted(stream, content_length))
        rest, form, files = super().parse(stream, mimetype, content_length, options)
        return rest, self.cls(_cut(form)), files

    def _counted(self, stream: IO[bytes], content_length: int | None) -> bytes:
        """Raises `RequestEntityTooLarge` for too many fields, and for a chunked body cut off."""
        body = stream.read()
        is_cut = content_length is None and len(body) >= (self.max_content_length or 0)
        if is_cut or body.count(b"&") >= MAX_FIELDS:
            raise RequestEntityTooLarge
        return body


class SizedRequest(Request):
    form_data_parser_class = SizedForm


def _cut(form: MultiDict[str, str]) -> list[tuple[str, str]]:
    return [
        (name[:FIELD_LENGTH], value[: FIELD_LENGTHS.get(name, FIELD_LENGTH)])
        for name, value in form.items(multi=True)
    ]
