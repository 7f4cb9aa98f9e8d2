"""One person's values into a letter by simple replacement, for the peers in Python."""

import json
from pathlib import Path
from typing import Any, NamedTuple


class Filled(NamedTuple):
    recipient: str
    subject: str
    text: str
    html: str
    headers: dict[str, str]


class Pile:
    """The letter of specimen.py, for as many people as are asked for."""

    def __init__(self, path: str) -> None:
        self.letter: dict[str, Any] = json.loads(Path(path).read_text())
        self.sender: str = self.letter["sender"]

    def filled(self, number: int) -> Filled:
        letter, person = self.letter, self.letter["people"][number % len(self.letter["people"])]
        return Filled(
            person["address"],
            _fill(letter["subject"], person),
            _fill(letter["text"], person),
            _fill(letter["html"], person),
            {name: _fill(value, person) for name, value in letter["headers"].items()},
        )


def _fill(text: str, person: dict[str, str]) -> str:
    for name, value in person.items():
        text = text.replace(f"@@{name}@@", value)
    return text
