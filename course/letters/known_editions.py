"""The editions that this process has read before: for a page that must not ask the database."""

from operator import attrgetter
from typing import TypeVar

from sqlalchemy import Engine

from course.letters import catalogue, homes
from course.letters.catalogue import Edition, NewsletterEdition

E = TypeVar("E", Edition, NewsletterEdition)


def newest(engine: Engine, slug: str, kind: type[E]) -> E | None:
    found = [edition for edition in catalogue.known(engine) if isinstance(edition, kind)]
    named = (edition for edition in found if edition.publication.slug == slug)
    return max(named, key=attrgetter("revision_id"), default=None)


def first_course(engine: Engine, wanted: str) -> Edition | None:
    """As `homes.first_course`."""
    slug = homes.first_slug_known(engine, wanted)
    return newest(engine, slug, Edition) if slug else None
