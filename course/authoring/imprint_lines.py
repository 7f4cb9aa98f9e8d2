"""What a course's imprint lacks, said once when it is linted."""

from collections.abc import Iterator

from sequences.findings import Finding
from sequences.imprint_rules import missing
from sequences.sequence import Publication


def imprint_gaps(publication: Publication) -> Iterator[Finding]:
    if gaps := missing(publication.identity.imprint):
        line = publication.line_of("imprint")
        words = f"[imprint] has no {', no '.join(gaps)}."
        remedy = "Write what the law asks of you where you are and where your readers are."
        yield Finding(publication.manifest, line, words, remedy, "warning")
