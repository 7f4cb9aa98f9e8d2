"""The repository itself: what stands in it is true, pinned, and about the product."""

import ast
import os
import re
import shutil
import subprocess
import tomllib
from importlib.metadata import version
from pathlib import Path
from pkgutil import resolve_name

import pytest

ROOT = Path(__file__).parents[1]

ALLOWED = {
    ".ci", ".gitignore", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "Makefile", "README.md",
    "SECURITY.md", "course", "docs", "emails", "pyproject.toml", "requirements-dev.txt",
    "requirements.txt", "sequences", "tests", "worker.py", "wsgi.py",
}  # fmt: skip

DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


def tracked() -> list[str]:
    if not (ROOT / ".git").exists():
        pytest.skip("this is no git checkout")
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return listed.stdout.splitlines()


def targets() -> list[str]:
    return re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)


def test_the_top_level_holds_what_every_project_has_and_no_more() -> None:
    assert {path.split("/")[0] for path in tracked()} <= ALLOWED


def test_make_lists_every_target() -> None:
    shown = subprocess.run(["make", "-C", str(ROOT)], capture_output=True, text=True, check=True)
    for target in targets():
        assert re.search(rf"^  make {target} +\w", shown.stdout, re.MULTILINE), target


def test_an_old_or_missing_python_is_one_sentence(tmp_path: Path) -> None:
    for name in ("Makefile", "pyproject.toml", "requirements-dev.txt"):
        shutil.copy(ROOT / name, tmp_path)
    for python in ("", "false", "python-that-is-not-there"):
        done = subprocess.run(
            ["make", "-C", str(tmp_path), f"PYTHON={python}", "run"],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode != 0
        assert done.stderr.startswith("Letterpath needs Python 3.11 or newer")
    assert not (tmp_path / ".venv").exists()


def test_ci_runs_the_checks_and_the_tests() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert script.read_text().split()[-4:] == ["make", "check", "make", "test"]


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned_with_a_hash_and_names_no_address(name: str) -> None:
    text = (ROOT / name).read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip()]
    assert all(re.match(r"[\w.\[\]-]+==\S+ .*--hash=sha256:", line) for line in lines)
    assert "://" not in text


def test_the_version_comes_from_the_changelog() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text()
    newest = re.search(r"^## \[(\d[^\]]*)\]", changelog, re.MULTILINE)
    assert newest is not None
    assert version("letterpath") == newest[1]


def test_no_file_names_a_registry_or_a_path_of_somebodys_machine() -> None:
    words = ["pypi" + ".org", "files.python" + "hosted", "/ro" + "ot/", "/wo" + "rk/"]
    for path in tracked():
        data = (ROOT / path).read_bytes()
        assert not [word for word in words if word.encode() in data], path


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_a_document_names_only_what_there_is(document: Path) -> None:
    import click

    from course.cli import letterpath

    text, commands = document.read_text(), letterpath.list_commands(click.Context(letterpath))
    for command in re.findall(r"`(?:\.venv/bin/)?letterpath ([a-z]+)", text):
        assert command in commands, command
    for target in re.findall(r"`make ([a-z]+)", text):
        assert target in targets(), target
    for path in re.findall(r"`((?:course|emails|sequences|tests|docs)/[\w./-]+)`", text):
        assert (ROOT / path).exists(), path
    prose = re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)  # a link in code is none
    for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", prose):
        assert (document.parent / link).exists(), link


ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text()


def modules() -> list[Path]:
    """The product's, but for migrations: these are never changed again."""
    return [
        ROOT / path
        for path in tracked()
        if path.endswith(".py") and not path.startswith(("tests/", "course/migrations/versions/"))
    ]


def test_no_file_and_no_function_is_longer_than_one_can_read() -> None:
    for module in modules():
        code = module.read_text()
        assert code.count("\n") <= 250, module
        for node in ast.walk(ast.parse(code)):
            if isinstance(node, ast.FunctionDef):
                assert (node.end_lineno or 0) - node.lineno < 35, (module, node.name)


def test_a_docstring_names_only_what_there_is() -> None:
    for module in modules():
        for name in re.findall(r"`((?:course|emails|sequences)(?:\.[a-z_]+)+)", module.read_text()):
            assert resolve_name(name), module


def rows_of(heading: str) -> list[list[str]]:
    """The cells of the table below that heading, without its first two lines."""
    section = ARCHITECTURE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    table = [line for line in section.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[2:]]


def test_the_architecture_has_a_line_for_every_package() -> None:
    named = [package.strip("`") for package, *_ in rows_of("The packages")]
    assert named == sorted(named)
    there = {str(path.parent) for path in map(Path, tracked()) if path.name == "__init__.py"}
    wings = {path for path in there if path.startswith("course/") and path.count("/") == 1}
    below = {path for path in there if path.startswith("emails/")}
    assert set(named) == wings | below | {"course/migrations", "sequences"}


def test_the_architecture_draws_the_layers_that_are_held() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    layers = [layer.split(" | ") for layer in settings["contracts"][0]["layers"]]
    drawing = ARCHITECTURE.split("```text\n")[1].split(" ───")[0]
    columns = [line[:49].split() for line in drawing.splitlines()]
    assert columns == layers


def test_every_word_of_the_glossary_is_in_the_code_that_it_names() -> None:
    rows = rows_of("Glossary")
    assert len(rows) > 20
    for word, _, where in rows:
        code = (ROOT / where.strip("`")).read_text().lower()
        assert re.search(rf"\b{word}", code), f"{word} is not in {where}"


def out_of_order(body: list[ast.stmt]) -> list[str]:
    """The public definitions below a private one, which a blueprint's own hook doesn't count as."""
    definitions = [one for one in body if isinstance(one, ast.FunctionDef | ast.ClassDef)]
    hooks = [one for one in definitions if "bp.record" in map(ast.unparse, one.decorator_list)]
    named = [one.name for one in definitions if one not in hooks and one.name[:2] != "__"]
    private = next((place for place, name in enumerate(named) if name[0] == "_"), len(named))
    return [name for name in named[private:] if name[0] != "_"]


def test_what_is_public_stands_first() -> None:
    for path in tracked():
        if path.endswith(".py") and not path.startswith("tests/"):
            tree = ast.parse((ROOT / path).read_text())
            classes = [node.body for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
            for body in [tree.body, *classes]:
                assert not out_of_order(body), path
