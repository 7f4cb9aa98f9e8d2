"""A thousand courses as Mallory would write them, through lint, preview and publish."""

import os
import random
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from course.authoring import compiling, previewing, publishing
from course.authoring.compiling import Compilation, NotPublishable
from course.db.engine import connect
from course.db.transactions import transaction
from emails.letter.compiling import page_html
from sequences import files
from tests.security.kit_courses import SECRET, small
from tests.security.test_templates import SPELLINGS
from tests.support import amounts

NOW = datetime(2026, 12, 4, 12, tzinfo=UTC)

# What would be shown if any of it were reckoned.
RECKONED, SHOWN = "191 * 7", "1337"

# A thousand, and every eighth of them in `make test`.
SEEDS, EACH = amounts.of(4, 1), amounts.of(250, 125)

Trick = Callable[[random.Random, Path], None]

NASTY = [
    *(text.replace("7 * 7", RECKONED) for text in SPELLINGS),
    *("\0", "\r", "\u2028", "\u202e", "\ufeff", "\x1b[2J", "\t", "\ud7ff\ufffe", "zq0xqz", "---"),
    *(
        "[" * 80_000,
        "{{" * 30_000,
        "{%" * 9_000,
        "> " * 900,
        "- " * 900,
        "`" * 39_000,
        "*a" * 9_000,
    ),
    *("|a" * 900 + "\n" + "|-" * 900 + "\n" + "a\n" * 900, "![" * 15_000, "x" * 1_100_000),
    *("::: prompt\n", ":::\n", "::: try\n::: insight\n", "<script>alert(1)</script>", "![](/etc)"),
    *("[x](../../secret)", "[x](file:///etc/passwd)", "![x](../../secret)", "{{ open_url }}"),
]
LABELS = [
    *("id: ../../secret", "id: listening\nid: asking", "title: |\n  a\n  b", "? [a, b]\n: c"),
    *(
        'title: "\\0"',
        'title: "\\ud800"',
        'subject: "\\UFFFFFFFF"',
        "a: &a [*a]",
        "a: " + "[" * 9_000,
    ),
    *(
        "title: !!python/object/apply:os.system [id]",
        "button: x",
        "calendar: maybe",
        "link: open_url",
    ),
]
PLANS = [
    *('title = "a\\nb"', 'title = "\\u0007"', 'language = "{{ 191 * 7 }}"', 'language = "../x"'),
    *(
        'name = "{% raw %}"',
        'lessons = ["../../secret"]',
        'lessons = ["listening\\u0000"]',
        "a = 1979-13-99",
    ),
    *(
        "a = " + "[" * 9_000,
        "a" + ".a" * 9_000 + " = 1",
        "a = " + "9" * 9_000,
        "[course]\n[course]",
    ),
    *('accent = "red;}"', 'at = "99:99"', "days = [[]]", 'delay = "999 weeks"', '"" = ""'),
]
NAMES = [
    "a\nb.md",
    "\x1b[2J.md",
    ".md",
    "..md",
    "X.MD",
    "x" * 250 + ".md",
    "\udcff.md",
    "a b.md",
    "\\.md",
]


def some_file(dice: random.Random, folder: Path) -> Path:
    found = sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return dice.choice(found)


def replace(dice: random.Random, folder: Path) -> None:
    """A file, or a folder, by what is none."""
    path = dice.choice([some_file(dice, folder), folder / "lessons", folder / "letters"])
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    match dice.randrange(8):
        case 0:
            os.mkfifo(path)
        case 1:
            path.mkdir()
        case 2:
            with path.open("wb") as file:
                file.truncate(dice.choice([files.LARGEST_FILE + 1, 1 << 40]))
        case 3:
            path.write_bytes(dice.randbytes(500))
        case _:
            up = "../" * (len(path.relative_to(folder).parts) + 1)
            there = [f"{up}secret", "/dev/zero", path.name, "nowhere", "..", f"{up}elsewhere"]
            path.symlink_to(dice.choice(there))


def insert(dice: random.Random, folder: Path) -> None:
    path = some_file(dice, folder)
    text = path.read_text(errors="replace")
    here = dice.choice([0, len(text), dice.randrange(len(text) + 1)])
    path.write_text(f"{text[:here]}{dice.choice(['', chr(10)])}{dice.choice(NASTY)}{text[here:]}")


def label(dice: random.Random, folder: Path) -> None:
    path = some_file(dice, folder)
    chosen = dice.choice(PLANS if path.suffix == ".toml" else LABELS)
    lines = path.read_text(errors="replace").splitlines()
    name = chosen.partition(" = " if path.suffix == ".toml" else ":")[0]
    lines = [line for line in lines if not line.startswith(f"{name}:") and f"{name} =" not in line]
    place = 1 if path.suffix == ".md" else dice.randrange(1, len(lines) + 1)
    path.write_text("\n".join([*lines[:place], chosen, *lines[place:], ""]))


def flip(dice: random.Random, folder: Path) -> None:
    path = some_file(dice, folder)
    data = bytearray(path.read_bytes())
    for _ in range(dice.randrange(1, 9)):
        data[dice.randrange(len(data))] = dice.randrange(256)
    path.write_bytes(data[: dice.choice([len(data), dice.randrange(len(data))])])


def rename(dice: random.Random, folder: Path) -> None:
    path = some_file(dice, folder)
    path.rename(path.parent / dice.choice(NAMES))


TRICKS: tuple[Trick, ...] = (replace, insert, insert, label, label, flip, rename)


def shown(made: Compilation, into: Path) -> str:
    """All that anybody could get to see of it."""
    sequence = made.sequence
    previewing.write(made, into, "https://letters.example.org", NOW)
    files_ = "".join(path.read_text() for path in sorted(into.iterdir()))
    pages = [sequence.landing.body, *(lesson.body for lesson in sequence.lessons)]
    return files_ + "".join(map(page_html, pages)) + sequence.to_json().replace(RECKONED, "")


@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_course_is_in_order_or_says_what_is_not(
    seed: int, tmp_path: Path, sqlite_template: Path
) -> None:
    dice, engine = random.Random(seed), connect(f"sqlite:///{sqlite_template}")
    (tmp_path / "secret").write_text(SECRET)
    clean, passed = small(tmp_path / "clean"), 0
    for number in range(EACH):
        folder = Path(shutil.copytree(clean, tmp_path / f"mine-{number}"))
        for _ in range(dice.choice([1, 1, 2])):
            dice.choice(TRICKS)(dice, folder)
        begun = time.process_time()
        try:
            made = compiling.compile_course(folder)
        except NotPublishable as error:
            said = repr(error.findings)
            assert len(said) < 60_000
        else:
            passed += 1
            said = shown(made, tmp_path / "out")
            if passed % 10 == 1:
                publish_and_forget(engine, made)
        assert SECRET not in said
        assert SHOWN not in said
        assert time.process_time() - begun < 5, number
        shutil.rmtree(folder)
    engine.dispose()
    assert passed > 5


class Forgotten(Exception):
    """The transaction is rolled back."""


def publish_and_forget(engine: Engine, made: Compilation) -> None:
    with suppress(Forgotten), transaction(engine) as session:
        publishing.publish(session, made, NOW)
        raise Forgotten
