"""What is to be mended in a course folder: where, what, and how."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True)
class Finding:
    """`source` is relative to the course folder, `line` counts from 1.

    `severity` is "error" (it can't be published like this) or "warning".
    """

    source: str
    line: int
    message: str
    remedy: str
    severity: str = "error"


class CourseError(Exception):
    """A folder that can't be read as a course; `findings` has all that is wrong."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("\n".join(f"{f.source}:{f.line}: {f.message}" for f in findings))
        self.findings = findings


def did_you_mean(word: str, known: Iterable[str], otherwise: str) -> str:
    """A remedy: the name that was probably meant."""
    close = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"Did you mean {close[0]}?" if close else otherwise
