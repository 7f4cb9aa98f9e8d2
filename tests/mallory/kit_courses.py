"""Courses that Mallory wrote."""

from pathlib import Path

from course import publishing
from course.publishing import NotPublishable
from sequences.findings import Finding


def found_in(folder: Path) -> list[Finding]:
    """The errors that keep it from being published."""
    try:
        publishing.compile_course(folder)
    except NotPublishable as error:
        return [finding for finding in error.findings if finding.severity == "error"]
    return []
