"""`letterpath doctor`: in production, what the law wants to see, and what is still an example."""

from collections.abc import Iterator

from sqlalchemy.exc import SQLAlchemyError

from course.config import senders
from course.db.transactions import reading
from course.letters import catalogue, newsletter_editions
from course.operations.doctor.check_result import CheckResult, Level
from course.runtime.process import Runtime
from sequences.imprint_rules import examples, missing
from sequences.sequence import Publication


def check_imprints(runtime: Runtime) -> Iterator[CheckResult]:
    if runtime.settings.in_development:
        return
    try:
        published = list(_published(runtime))
    except SQLAlchemyError:  # which the database's own check says
        return
    for publication in published:
        yield from _gaps(publication, runtime.settings.mail_from)


def _published(runtime: Runtime) -> Iterator[Publication]:
    with reading(runtime.engine) as session:
        for slug in catalogue.slugs(session):
            try:
                yield catalogue.by_slug(session, slug).publication
            except catalogue.NoSuchCourse:  # said by the check of courses
                continue
        for slug in newsletter_editions.slugs(session):
            try:
                yield newsletter_editions.by_slug(session, slug).publication
            except newsletter_editions.NoSuchNewsletter:  # said by the check of newsletters
                continue


def _gaps(publication: Publication, mail_from: str) -> Iterator[CheckResult]:
    slug, identity = publication.slug, publication.identity
    if gaps := missing(identity.imprint):
        yield CheckResult(Level.WARNING, slug, f"[imprint] has no {', no '.join(gaps)}.")
    if found := examples(identity):
        words = f"still has an example: {', '.join(found)}. Change it, then publish."
        yield CheckResult(Level.WARNING, slug, words)
    own, ours = _domain(identity.sender.address or mail_from), _domain(mail_from)
    if own != ours:
        words = f"letters come from {own}, and are signed and returned to {ours}: "
        words += f"{own}'s SPF, DKIM and DMARC have to allow that, or they end in spam."
        yield CheckResult(Level.WARNING, slug, words)


def _domain(mailbox: str) -> str:
    return senders.bare(mailbox).rpartition("@")[2].lower()
