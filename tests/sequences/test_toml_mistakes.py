"""A line of TOML that can't be read: which mistake, where it began, and what to do."""

import pytest

from sequences.findings import Finding
from sequences.toml_source import parsed
from tests.sequences.courses import PLAN

LESSONS = '["listening", "asking"]'


@pytest.mark.parametrize(
    ("was", "becomes", "line", "message"),
    [
        (LESSONS, '["listening" "asking"]', 3, "A comma is missing in this list."),
        (LESSONS, '[\n  "listening"\n  "asking",\n]', 5, "A comma is missing in this list."),
        (LESSONS, '["listening", "asking"', 3, "The list lessons does not end."),
        (LESSONS, '[\n  "listening",\n  "asking",\n', 3, "The list lessons does not end."),
        (LESSONS, '["listening, "asking"]', 3, "A quotation mark is missing on this line."),
        ('name = "CNT"', 'name = "CNT', 6, "A quotation mark is missing on this line."),
        ('name = "CNT"', 'name = "CNT"\nname = "X"', 7, "name stands here twice."),
        ("[schedule]", "[brand]", 8, "[brand] stands here twice."),
        ("[brand]", "[brand", 5, "The name of a part does not end."),
        ('name = "CNT"', 'name: "CNT"', 6, "There is no = on this line."),
        ('name = "CNT"', 'name = "C\\NT"', 6, "A backslash stands in the text."),
        ('name = "CNT"', "name = “CNT”", 6, "This line can't be read."),
    ],
)
def test_each_mistake_is_told_apart(was: str, becomes: str, line: int, message: str) -> None:
    findings: list[Finding] = []
    assert parsed("sequence.toml", PLAN.replace(was, becomes), findings) is None
    assert [(found.line, found.message) for found in findings] == [(line, message)]
    assert all(found.remedy for found in findings)


@pytest.mark.parametrize("mess", ['x = "' + '\\"' * 20_000, "x = [" + '"" ' * 10_000, '"' * 40_001])
def test_a_mess_is_explained_at_once(mess: str) -> None:
    assert parsed("sequence.toml", mess, []) is None
