"""The pages of an open journal: read, change, remove, export. See also `journal_access`."""

from urllib.parse import quote

from flask import Response, redirect, request, url_for
from sqlmodel import Session

from course.http import language
from course.http.language import explain
from course.http.language import gettext as _
from course.http.page import reading, render, runtime, transaction
from course.http.request_sizes import takes_text
from course.http.tokens import Gone
from course.journal import entries, exporting, reflecting
from course.journal.entries import Chapter, StoredEntry
from course.journal.reflecting import NotWritten
from course.web.journal_access import Answer, bp, owner_only


@bp.get("", endpoint="show")
@owner_only
def show(subscriber_id: int) -> Answer:
    with reading() as db:
        chapters = entries.chapters(db, subscriber_id, language.catalog())
    return render("journal.html", entries=chapters, notice=None)


@bp.get("/reflections/<int:id_>")
@owner_only
def edit(subscriber_id: int, id_: int) -> Answer:
    with reading() as db:
        entry, chapter = _entry(db, subscriber_id, id_)
    return _edit(id_, chapter, entry.reflection.text)


@bp.post("/reflections/<int:id_>")
@owner_only
@takes_text
def change(subscriber_id: int, id_: int) -> Answer:
    text = request.form.get("text", "")
    try:
        with transaction() as db:
            entry, chapter = _entry(db, subscriber_id, id_)
            reflecting.change(db, entry.reflection, text, runtime().now())
    except NotWritten as error:
        return _edit(id_, chapter, text, {"text": explain(error)}), 422
    return redirect(url_for("journal.show"), code=303)


@bp.post("/reflections/<int:id_>/removal")
@owner_only
def remove(subscriber_id: int, id_: int) -> Answer:
    if request.form.get("sure") != "yes":
        with reading() as db:
            entry, chapter = _entry(db, subscriber_id, id_)
        why = {"sure": _("Check the box first. What is deleted can’t be brought back.")}
        return _edit(id_, chapter, entry.reflection.text, why), 422
    with transaction() as db:
        entry = _entry(db, subscriber_id, id_)[0]
        reflecting.remove(db, entry.reflection)
    return redirect(url_for("journal.show"), code=303)


@bp.get("/export.md")
@owner_only
def markdown(subscriber_id: int) -> Response:
    with reading() as db:
        catalog = language.catalog()
        text = exporting.markdown(entries.chapters(db, subscriber_id, catalog), catalog)
    return _download(text, "text/markdown", "md")


@bp.get("/export.json")
@owner_only
def json(subscriber_id: int) -> Response:
    with reading() as db:
        text = exporting.json(entries.chapters(db, subscriber_id, language.catalog()))
    return _download(text, "application/json", "json")


def _edit(id_: int, chapter: Chapter, text: str, errors: dict[str, str] | None = None) -> str:
    return render(
        "journal_edit.html",
        lesson_title=chapter.lesson_title,
        prompt=chapter.prompt,
        action=url_for("journal.change", id_=id_),
        delete_action=url_for("journal.remove", id_=id_),
        cancel_url=url_for("journal.show"),
        lock_url=url_for("journal.close"),
        values={"text": text},
        form_errors=errors or {},
    )


def _entry(db: Session, subscriber_id: int, id_: int) -> tuple[StoredEntry, Chapter]:
    """Raises `Gone` where it is not the subscriber's own."""
    found = entries.find(db, subscriber_id, id_)
    if found is None:
        raise Gone
    return found, entries.chapter_of(db, found)


def _download(text: str, mimetype: str, ending: str) -> Response:
    """Called `journal.md` in the reader's language (RFC 6266, section 4.3)."""
    answer = Response(text, mimetype=mimetype)
    name = quote(f"{_('Journal').lower()}.{ending}")
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return answer
