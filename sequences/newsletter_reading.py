"""A newsletter folder → `Newsletter`: `newsletter.toml`, landing.md, and letters worded anew.

All that is wrong is said at once, with file, line and remedy.
"""

from pathlib import Path

from sequences import files, identity_tables
from sequences.files import NEWSLETTER_FILE
from sequences.findings import CourseError, Finding, has_errors
from sequences.folder import LANDING, PHRASES, Folder, letter, sources
from sequences.languages import read_language
from sequences.manifest import (
    KNOWN,
    LANDING_KEYS,
    LONGEST_NAME,
    read_brand,
    read_landing,
    refuse_name,
)
from sequences.newsletter import Newsletter
from sequences.sequence import Landing
from sequences.toml_source import key_lines, parsed
from sequences.toml_tables import KnownKeys, TomlTables

KNOWN_PARTS: KnownKeys = {
    "newsletter": ("title", "language", "description"),
    "brand": KNOWN["brand"],
    **identity_tables.KEYS,
    "landing": LANDING_KEYS,
}

LONGEST_DESCRIPTION = 300

# Each is sent when its author says so: none is published with the newsletter.
ISSUES = "issues"


def read_newsletter(path: Path, warnings: list[Finding] | None = None) -> Newsletter:
    """Raises `CourseError` with everything that is wrong; `warnings` are added where nothing is."""
    folder = Folder(path)
    text, findings = folder.read(NEWSLETTER_FILE), folder.findings
    unread = has_errors(findings)
    read = parsed(NEWSLETTER_FILE, text, findings)
    # What can't be opened, or read at all, is not also called missing.
    noted = [] if unread or read is None else findings
    tables = TomlTables(NEWSLETTER_FILE, read or {}, key_lines(text), noted)
    refuse_name(path.name, NEWSLETTER_FILE, findings)
    tables.refuse_unknown(KNOWN_PARTS)
    made = _newsletter(path.name, folder, tables)
    if has_errors(findings):
        raise CourseError(findings)
    if warnings is not None:
        warnings += findings
    return made


def issue_files(path: Path) -> tuple[list[Path], list[Finding]]:
    """What stands in the newsletter's folder `issues`, and what nobody reads there."""
    folder = Folder(path)
    found = sources(folder, ISSUES)
    return [path / source for source in found], folder.findings


def _newsletter(slug: str, folder: Folder, tables: TomlTables) -> Newsletter:
    return Newsletter(
        slug=slug,
        title=tables.text("newsletter", "title", LONGEST_NAME),
        language=read_language(tables, "newsletter"),
        description=tables.text("newsletter", "description", LONGEST_DESCRIPTION),
        brand=read_brand(tables),
        identity=identity_tables.read_identity(tables),
        landing=Landing(body=folder.read(LANDING), **read_landing(tables)),
        letters=tuple(letter(folder, source) for source in sources(folder, "letters")),
        phrases=folder.read(PHRASES) if files.exists(folder.path, PHRASES) else "",
        key_lines=tables.lines,
    )
