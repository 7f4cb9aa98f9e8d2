"""What a course's files cost to be looked at: little, or they are refused by their size."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from sequences import frontmatter, manifest
from sequences.blocks import IN_LESSON
from sequences.findings import MOST_FINDINGS, Finding
from sequences.markup import LONGEST_TEXT, wrong_in

SECONDS = 2  # of processor time, on a busy machine


@contextmanager
def soon() -> Iterator[None]:
    begun = time.process_time()
    yield
    assert time.process_time() - begun < SECONDS


DENSE = [
    "[",
    "![",
    "[a](",
    "{{",
    "{{ x }} ",
    "{%",
    "{# ",
    "*",
    "*_",
    "a**b",
    "`",
    "`` ` ",
    "<a ",
    "<!--",
]
DENSE += [
    "> ",
    "- ",
    "- a\n",
    ">a\n",
    "a\n\n",
    "|",
    "::: try\n",
    "::: x\n",
    "&#123;",
    "'\"",
    "a://",
    "(",
]


@pytest.mark.parametrize("piece", DENSE)
@pytest.mark.parametrize("size", [LONGEST_TEXT, 500_000])
def test_no_text_takes_long(piece: str, size: int) -> None:
    text = (piece * (size // len(piece) + 1))[:size]
    with soon():
        found = list(wrong_in("a.md", 1, text, frozenset({"first_name"}), IN_LESSON))
    assert len(found) <= 3 * MOST_FINDINGS


@pytest.mark.parametrize(
    "text",
    [
        *("a = " + "[" * 40_000, "a" + ".a" * 20_000 + " = 1", "a = " + "{a = " * 9_000),
        *(
            "a = " + "9" * 40_000,
            "x = 1\n" * 8_000,
            "[course]\nlessons = [" + '"a",' * 10_000 + "]",
        ),
        "".join(f"a{number} = 1\n" for number in range(5_000)),
    ],
)
def test_no_plan_takes_long(text: str) -> None:
    findings: list[Finding] = []
    with soon():
        manifest.read_manifest("mine", "sequence.toml", text, findings)
    assert 0 < len(findings) <= 3 * MOST_FINDINGS


@pytest.mark.parametrize(
    "text",
    [
        *("a: " + "[" * 9_000, "a: " + "{" * 9_000, "- " * 4_000, "? " * 4_000, "a: " * 3_000),
        *('a: "' + "\\n" * 4_000, "x" * 400_000, 'a: "\\UFFFFFFFF"'),
        "\n".join(["a: &a0 [x]", *(f"b{n}: &a{n + 1} [*a{n},*a{n}]" for n in range(90))]),
    ],
)
def test_no_labels_take_long(text: str) -> None:
    with soon():
        assert frontmatter.split("a.md", f"---\n{text}\n---\n\nText.").findings
