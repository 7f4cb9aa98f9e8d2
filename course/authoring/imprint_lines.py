"""What a course's imprint lacks, said once when it is linted."""

from collections.abc import Iterator
from pathlib import Path

from course.authoring.manifest_lines import manifest_lines
from sequences.files import MANIFEST_FILE
from sequences.findings import Finding
from sequences.imprint_rules import missing
from sequences.sequence import Publication


def imprint_gaps(
    publication: Publication, folder: Path, manifest: str = MANIFEST_FILE
) -> Iterator[Finding]:
    if gaps := missing(publication.identity.imprint):
        line = manifest_lines(folder, manifest).get("imprint", 1)
        words = f"[imprint] has no {', no '.join(gaps)}."
        remedy = "Write what the law asks of you where you are and where your readers are."
        yield Finding(manifest, line, words, remedy, "warning")
