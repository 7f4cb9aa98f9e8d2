"""What every route needs: the runtime, the course a page belongs to, and the page itself."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, cast

from flask import Response, current_app, g, make_response, render_template, request
from markupsafe import Markup
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from course.db import transactions
from course.db.group_commit import GroupCommit
from course.http import language
from course.i18n.catalogs import Catalog
from course.letters import homes, known_editions
from course.letters.catalogue import AnyEdition, Edition, NewsletterEdition
from course.letters.imprint import address_lines
from course.letters.phrases import catalog_for, spoken_language
from course.models import RequestKind
from course.runtime.process import Runtime
from course.subscribers.place import edition_for
from course.subscribers.requests import NewRequest
from emails import address
from emails.letter.theme import direction_of
from sequences.sequence import Publication, Sequence


def runtime() -> Runtime:
    return cast("Runtime", current_app.extensions["runtime"])


@contextmanager
def reading() -> Iterator[Session]:
    """For GET: the database refuses to be changed."""
    with transactions.reading(runtime().engine) as session:
        yield session


@contextmanager
def transaction() -> Iterator[Session]:
    """For a pressed button."""
    with transactions.transaction(runtime().engine) as session:
        yield session


def ask(kind: RequestKind, to: str, **form: Any) -> None:
    """For a button that asks for something: one row is all that it writes. A worker answers it."""
    requests: GroupCommit[NewRequest] = current_app.extensions["requests"]
    requests.put(NewRequest(kind, to, runtime().now(), **form))
    runtime().bell.pull()


def parsed_address(typed: str) -> str:
    """As it is to be written to. Raises `AddressError`."""
    return address.parse(typed, own_machine=runtime().settings.in_development)


def belong_to(edition: AnyEdition) -> None:
    """From here on, what is said is in the language of this course or newsletter, and the page
    in its colours.
    """
    g.edition = edition
    language.speak(edition.catalog)


def belong_to_reader(session: Session, subscriber_id: int) -> None:
    """The same for the course of that subscriber: what is of no course speaks as its letters do."""
    if (edition := edition_for(session, subscriber_id)) is not None:
        belong_to(edition)


def ask_no_database() -> None:
    """From here on, the page is made of what this process knows: who is refused must not have the
    database asked, and it may be what is broken.
    """
    g.asks_no_database = True
    if g.get("edition") is not None:
        return
    if (edition := _known_by_address()) is not None:
        belong_to(edition)
        return
    settings = runtime().settings
    g.edition = known_editions.first_course(runtime().engine, settings.home_course)


def render(template: str, edition: AnyEdition | None = None, **context: Any) -> str:
    """The page in the colours, under the name and in the language of what it belongs to."""
    if edition is not None:
        belong_to(edition)
    return render_template(template, **context)


def message_page(title: str, lead: str, edition: AnyEdition | None = None, **context: Any) -> str:
    """A page that says one thing. See `message.html` for what else it can carry."""
    return render("message.html", edition, title=title, lead=lead, **context)


def forgetting(answer: str) -> Response:
    """The answer, and the browser throws away what pages have kept in it: drafts."""
    response = make_response(answer)
    response.headers["Clear-Site-Data"] = '"storage"'
    return response


def home_edition(session: Session) -> Edition | None:
    """The course of the landing page; None before anything was published."""
    return homes.first_course(session, runtime().settings.home_course)


def home_url() -> str:
    """The way back from this page: to what it belongs to, or the installation's first page."""
    edition = _edition()
    if edition is None:
        return runtime().links.home()
    of = (edition.of if isinstance(edition, NewsletterEdition) else None) or edition.publication
    return homes.home_url(runtime().links, of, _first_slug())


def home_catalog() -> Catalog | None:
    """The language of that course; None where a page has to do without the database."""
    edition = _edition()
    return edition.catalog if edition else None


def template_context() -> dict[str, Any]:
    """What every template may use."""
    edition = _edition()
    published = edition.publication if edition else None
    spoken = spoken_language(language.catalog())
    return {
        "page_language": spoken,
        "page_direction": direction_of(spoken),
        "brand": published.brand if published else None,
        "slug": published.slug if published else None,
        "course_title": published.title if published else "Letterpath",
        "written_in": written_in(published.language if published else "en"),
        "named_in": written_in,
        "is_newsletter": isinstance(edition, NewsletterEdition),
        "home_url": home_url(),
        **_identity_of(published),
    }


def written_in(tag: str) -> Markup:
    """Attributes of an element whose words are the author's."""
    direction = direction_of(tag)
    return Markup('lang="{}" dir="{}"').format(tag, direction)


def _identity_of(published: Publication | None) -> dict[str, Any]:
    """What a page shows of its author: how it marks progress, and who answers for it."""
    sequence = published if isinstance(published, Sequence) else None
    return {
        "identity": published.identity if published else None,
        "address_lines": address_lines(published.identity.imprint, catalog_for(published))
        if published
        else (),
        "mark": sequence.mark if sequence else "none",
        "lesson_count": len(sequence.lessons) if sequence else 0,
        "has_journal": sequence is None or any(lesson.prompt for lesson in sequence.lessons),
    }


def _known_by_address() -> AnyEdition | None:
    """Of the course or newsletter whose short name is in the address."""
    engine, slug = runtime().engine, (request.view_args or {}).get("slug", "")
    if request.path.startswith("/newsletters/"):
        return known_editions.newest(engine, slug, NewsletterEdition)
    return known_editions.newest(engine, slug, Edition)


def _first_slug() -> str | None:
    """None where the database can't be asked: the page may be saying that."""
    if g.get("asks_no_database", False):
        return homes.first_slug_known(runtime().engine, runtime().settings.home_course)
    with suppress(SQLAlchemyError):
        return homes.first_slug_cached(runtime().engine, runtime().settings.home_course)
    return None


def _edition() -> AnyEdition | None:
    """Whose colours the page has: its own course's, or the home course's."""
    if "edition" not in g:
        with reading() as session:
            g.edition = home_edition(session)
    known: AnyEdition | None = g.edition
    return known
