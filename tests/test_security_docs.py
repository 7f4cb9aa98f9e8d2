"""Every requirement of a standard has an answer, and the answers are counted right."""

import re
from collections import Counter
from pathlib import Path

import pytest

from course.cli.terminal import weak_passwords
from course.http import request_sizes
from course.inbound import receiving
from course.journal import reflecting
from course.runtime import scrubbing
from course.runtime.security_log import LINES, Event
from emails import address
from emails.letter import compiling
from sequences import files, folder, markup, toml_source

DOCS = Path(__file__).parents[1] / "docs" / "security"

ANSWERS = ("met", "decided against", "not applicable")


def rows() -> list[list[str]]:
    """Number, level, topic, answer, reason."""
    found = re.findall(
        r"^\| (\d+\.\d+\.\d+ \|.*) \|$", (DOCS / "asvs.md").read_text(), re.MULTILINE
    )
    return [[cell.strip() for cell in line.split(" | ")] for line in found]


def counted(level: str, answer: str) -> int:
    return sum(row[3] == answer for row in rows() if level in (row[1], "both"))


def test_every_requirement_has_one_row() -> None:
    numbers = [row[0] for row in rows()]
    assert len(numbers) == len(set(numbers)) == 253
    assert Counter(row[1] for row in rows()) == {"1": 70, "2": 183}


def test_every_answer_is_one_of_three_with_a_reason() -> None:
    for number, _, about, answer, *reason in rows():
        assert answer in ANSWERS, number
        assert about, number
        assert " ".join(reason).strip(), number


@pytest.mark.parametrize("level", ["1", "2", "both"])
def test_the_counts_at_the_head_are_true(level: str) -> None:
    line = re.search(rf"^\| {level} \| (.+) \|$", (DOCS / "asvs.md").read_text(), re.MULTILINE)
    assert line is not None
    counts = [counted(level, answer) for answer in ANSWERS]
    assert [int(number) for number in line[1].split(" | ")] == [*counts, sum(counts)]


def test_what_stands_in_another_document_is_there() -> None:
    practice = (DOCS / "practice.md").read_text()
    for section in re.findall(r'practice\.md\): "([^"]+)"', (DOCS / "asvs.md").read_text()):
        assert f"\n## {section}\n" in practice, section


def test_every_security_event_is_documented() -> None:
    practice = (DOCS / "practice.md").read_text()
    for event in Event:
        assert f"`{event}`" in practice, event


NUMBERS = {
    "{:,} characters; 64": request_sizes.MAX_URL_LENGTH,
    "{:,} characters | 414": request_sizes.MAX_HEADER_LENGTH,
    "| fields of a form | {} |": request_sizes.MAX_FIELDS,
    "else {} characters": request_sizes.FIELD_LENGTH,
    "at most {} characters": address.LONGEST_ADDRESS,
    "1 to {:,} characters": reflecting.LONGEST,
    "fewer than ten characters or more than {:,}": weak_passwords.MAX_LENGTH,
    "{:,} bytes a file": files.LARGEST_FILE,
    "{} files a folder": files.MOST_FILES,
    "{:,} characters a course": folder.LONGEST_COURSE,
    "{:,} characters of plan": toml_source.LONGEST_MANIFEST,
    "{:,} characters and 2,000 lines": markup.LONGEST_TEXT,
    "at most {:,} bytes, sent": compiling.LARGEST_LETTER,
    "of that {:,} characters": receiving.LONGEST_SUBJECT,
    "gives way after {} ms": scrubbing.LOCK_TIMEOUT_MS,
    "writes {} lines a minute": LINES,
}


@pytest.mark.parametrize(("words", "number"), NUMBERS.items())
def test_numbers_are_those_of_the_code(words: str, number: int) -> None:
    practice = " ".join((DOCS / "practice.md").read_text().split())
    assert words.format(number) in practice
