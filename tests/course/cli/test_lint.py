"""`letterpath lint`: mistakes by file, line and remedy."""

import shutil
from pathlib import Path

import pytest

from tests.support.commands import run
from tests.support.pictures import drawing, saved
from tests.support.shipped import COURSE, NEWSLETTER
from tests.support.terminal import console_script, invoke

ISSUE = """---
subject: It is May
preview: A few words.
title: May
---

From {{ brand }}.
"""


def line_of(words: str, path: Path) -> int:
    """Counted from one."""
    lines = path.read_text().splitlines()
    return next(number for number, line in enumerate(lines, start=1) if words in line)


def test_the_shipped_course_is_ready_to_publish() -> None:
    for done in (run("lint"), console_script("lint")):
        assert (done.returncode, done.stderr) == (0, "")
        schedule = "Letters go out on Tuesdays at 19:30."
        assert done.stdout == (
            f"emotional-safety: ready to publish. {schedule}\nevening-notes: ready to publish.\n"
        )


def test_a_mistake_is_named_with_file_line_and_remedy(broken: Path) -> None:
    done = run("lint", courses=str(broken))
    line = line_of('color = "red"', broken / "mine" / "sequence.toml")
    assert (done.returncode, done.stdout) == (1, "")
    assert f"mine/sequence.toml:{line}: error: " in done.stderr
    assert "has no color" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["lint", "preview"])
def test_a_misspelt_placeholder_is_found_before_anybody_reads_it(
    broken: Path, command: str, tmp_path: Path
) -> None:
    plan = broken / "mine" / "sequence.toml"
    plan.write_text(plan.read_text().replace('\ncolor = "red"', ""))
    lesson = next((broken / "mine" / "lessons").glob("1*.md"))
    done = invoke(command, "mine", courses=str(broken), state=str(tmp_path / "var"))
    assert done.exit_code == 1
    assert f"mine/lessons/{lesson.name}:{line_of('greting', lesson)}: error: " in done.stderr
    assert "Did you mean greeting?" in done.stderr


def test_a_path_is_one_that_the_terminal_can_open(
    broken: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert f"{broken}/mine/sequence.toml:" in run("lint", courses=str(broken)).stderr
    monkeypatch.chdir(tmp_path)
    assert "\ncourses/mine/sequence.toml:" in "\n" + invoke("lint", courses=str(broken)).stderr


def test_a_draft_is_named_as_left_out(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(COURSE, tmp_path / "mine"))
    lesson = next((folder / "lessons").glob("5*.md"))
    lesson.write_text(lesson.read_text().replace("title:", "draft: true\ntitle:", 1))
    done = invoke("lint", "mine", courses=str(tmp_path))
    assert (done.exit_code, "Left out, as drafts: everyday-affection." in done.stdout) == (0, True)


def test_what_waits_in_a_newsletter_to_be_sent_is_looked_at_too(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(NEWSLETTER, tmp_path / "quiet-news"))
    (folder / "issues").mkdir()
    (folder / "issues" / "may.md").write_text(ISSUE)
    (folder / "issues" / "june.md").write_text(ISSUE.replace("brand", "brnd"))
    (folder / "issues" / "july.txt").write_text(ISSUE)
    done = invoke("lint", courses=str(tmp_path))
    assert done.stdout == "quiet-news: ready to publish.\n  may.md: ready to send.\n"
    assert "quiet-news/issues/june.md:7: error: " in done.stderr
    assert "quiet-news/issues/july.txt:1: error: It is not read" in done.stderr
    assert (done.exit_code, "mend its issues before they go out" in done.stderr) == (1, True)


def test_who_only_lints_gets_no_folder_of_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path(shutil.copytree(NEWSLETTER, tmp_path / "courses" / "quiet-news"))
    (folder / "logo.png").write_bytes(saved(drawing(), "PNG"))
    manifest = folder / "newsletter.toml"
    manifest.write_text(manifest.read_text().replace("[brand]", '[brand]\nlogo = "logo.png"'))
    monkeypatch.chdir(tmp_path)
    done = invoke("lint", courses="courses", state="var")
    assert (done.exit_code, [path.name for path in tmp_path.iterdir()]) == (0, ["courses"])
