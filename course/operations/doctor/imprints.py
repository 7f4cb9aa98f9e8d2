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
        yield from _gaps(publication)
        yield from _alignment(publication, runtime)


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


def _gaps(publication: Publication) -> Iterator[CheckResult]:
    slug, identity = publication.slug, publication.identity
    if gaps := missing(identity.imprint):
        yield CheckResult(Level.WARNING, slug, f"[imprint] has no {', no '.join(gaps)}.")
    if found := examples(identity):
        words = f"still has an example: {', '.join(found)}. Change it, then publish."
        yield CheckResult(Level.WARNING, slug, words)


def _alignment(publication: Publication, runtime: Runtime) -> Iterator[CheckResult]:
    """SPF looks at where a letter returns to, DKIM at who signed: DMARC wants one of the two to be
    the sender's domain, or one above or below it (RFC 7489, section 3.1).
    """
    ours = runtime.settings.mail_from
    own, returned = _domain(publication.identity.sender.address or ours), _domain(ours)
    if _aligned(own, returned):
        return
    by = f"signed by {runtime.signers[0].domain}" if runtime.signers else "unsigned"
    words = f"letters come from {own}, but leave {by} and are returned to {returned}: for {own} "
    words += "neither SPF nor DKIM vouches, so its DMARC refuses them, or they end in spam. Have "
    words += f"your mail server sign for {own} (DKIM), or write a [sender] address at {returned}."
    yield CheckResult(Level.WARNING, publication.slug, words)


def _aligned(own: str, other: str) -> bool:
    return own == other or own.endswith(f".{other}") or other.endswith(f".{own}")


def _domain(mailbox: str) -> str:
    return senders.bare(mailbox).rpartition("@")[2].lower()
