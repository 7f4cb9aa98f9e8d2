"""What is to be mended in a course folder: where, what, and how."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

# So many are said of one file. Whoever mends them sees the next ones.
MOST_FINDINGS = 20

# Characters: what stands in a message was often written by the author.
LONGEST_MESSAGE = 200


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

    def __post_init__(self) -> None:
        """Fit for a terminal, whatever it quotes."""
        for name in ("source", "message", "remedy"):
            object.__setattr__(self, name, _fit(getattr(self, name)))


def has_errors(findings: Iterable[Finding]) -> bool:
    return any(finding.severity == "error" for finding in findings)


class CourseError(Exception):
    """A folder that can't be read as a course; `findings` has all that is wrong."""

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = capped(findings)
        super().__init__("\n".join(f"{f.source}:{f.line}: {f.message}" for f in self.findings))


def capped(findings: Iterable[Finding]) -> list[Finding]:
    """Of each file the first errors and the first warnings, and one that says there are more."""
    seen: Counter[tuple[str, str]] = Counter()
    kept = []
    for finding in findings:
        seen[key := (finding.source, finding.severity)] += 1
        if seen[key] <= MOST_FINDINGS:
            kept.append(finding)
        elif seen[key] == MOST_FINDINGS + 1:
            message, remedy = "There is more to mend in this file.", "Mend the first ones."
            kept.append(Finding(finding.source, finding.line, message, remedy, finding.severity))
    return kept


def did_you_mean(word: str, known: Iterable[str], otherwise: str) -> str:
    """A remedy: the name that was probably meant."""
    close = meant(word, known)
    return otherwise if close is None else f"Did you mean {close}?"


def meant(word: str, known: Iterable[str]) -> str | None:
    """The one of these names that is most like the word; None where none is."""
    close = get_close_matches(word, list(known), n=1, cutoff=0.6) if len(word) <= 60 else []
    return close[0] if close else None


def _fit(text: str) -> str:
    """On one line, without what would move a cursor or turn a line around."""
    if len(text) > LONGEST_MESSAGE:
        text = f"{text[: LONGEST_MESSAGE - 60]} … {text[-60:]}"
    return text if text.isprintable() else "".join(map(_shown, text))


def _shown(char: str) -> str:
    if char.isprintable():
        return char
    return " " if char.isspace() else "\ufffd"
