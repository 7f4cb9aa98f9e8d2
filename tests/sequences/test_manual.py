"""The guide's chapter on `sequence.toml` says what the code reads, and the other way round."""

import re
import tomllib

from sequences import schedule_table
from sequences.findings import Finding
from sequences.manifest import KNOWN
from sequences.toml_source import key_lines, parsed
from sequences.toml_tables import TomlTables
from tests.support.environment import ROOT

GUIDE = (ROOT / "docs" / "writing-a-course.md").read_text()
CHAPTER = GUIDE.partition("\n## The plan of the course: `sequence.toml`\n")[2].partition("\n## ")[0]
EXAMPLES = re.findall(r"(?ms)^```toml\n(.*?)^```", CHAPTER)

# The keys of these parts are names that an author chooses.
NAMED_BY_AUTHORS = {part for part, keys in KNOWN.items() if not keys}


def documented() -> set[tuple[str, str]]:
    tables = [table for example in EXAMPLES for table in tomllib.loads(example).items()]
    return {(part, key) for part, keys in tables for key in keys}


def test_every_key_of_the_plan_has_an_example() -> None:
    known = {(part, key) for part, keys in KNOWN.items() for key in keys}
    assert known - documented() == set()
    assert {part for part, _ in documented()} >= NAMED_BY_AUTHORS


def test_every_example_is_of_a_key_that_is_read() -> None:
    known = {(part, key) for part, keys in KNOWN.items() for key in keys}
    assert {one for one in documented() - known if one[0] not in NAMED_BY_AUTHORS} == set()


def test_every_example_of_a_schedule_is_right() -> None:
    for example in EXAMPLES:
        findings: list[Finding] = []
        tables = parsed("sequence.toml", example, findings) or {}
        schedule_table.read_schedule(
            TomlTables("sequence.toml", tables, key_lines(example), findings)
        )
        assert findings == []
