"""What `letterpath doctor` says of one part."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """The values are what the operator reads."""

    OK = "fine"
    WARNING = "mind"  # works, but somebody should look
    ERROR = "trouble"


@dataclass(frozen=True)
class CheckResult:
    """`words` end in what to do, where there is anything to do."""

    level: Level
    part: str
    words: str
