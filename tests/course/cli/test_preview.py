"""`letterpath preview`: every letter as files to open."""

import re
from pathlib import Path

from tests.support.commands import run


def test_a_preview_has_every_letter_by_day_by_night_and_as_text(tmp_path: Path) -> None:
    done = run("preview", "emotional-safety", "--into", str(tmp_path / "out"), state=str(tmp_path))
    assert done.returncode == 0
    out = {path.name: path.read_text() for path in (tmp_path / "out").iterdir()}
    letters = {name.partition(".")[0] for name in out} - {"index"}
    assert done.stdout.startswith(f"{len(letters)} letters are in ")
    for name in letters:
        assert f"{name}.html" in out["index.html"]
        assert out[f"{name}.html"] != out[f"{name}.dark.html"]
        assert not re.search(r"\{\{|\}\}", out[f"{name}.txt"])
    assert "Dear Ada," in out["03-judgment-free-zone.txt"]
