"""Folders of courses and newsletters as they are named at a terminal, and what is said of them."""

import os
from collections.abc import Callable
from pathlib import Path

import click

from course.authoring import compiling, newsletter_compiling
from course.authoring.compiling import Compilation, NotPublishable
from course.authoring.newsletter_compiling import NewsletterCompilation
from course.config.settings import Settings
from course.newsletters import composing
from course.newsletters.composing import Issue
from emails.printable import printable
from sequences import files
from sequences.findings import Finding
from sequences.newsletter import Newsletter


def all_folders() -> list[Path]:
    """Every folder below LETTERPATH_COURSES that holds a course or a newsletter."""
    roots = Settings().course_roots
    return [*files.courses(*roots), *files.newsletters(*roots)]


def chosen(names: tuple[str, ...]) -> list[Path]:
    """The folders named, or all of them."""
    found = [folder(name) for name in names] or all_folders()
    _refuse_namesakes(found)
    if not found:
        raise click.ClickException(
            f"There is no course in {Settings().courses}. Look at LETTERPATH_COURSES."
        )
    return found


def folder(name: str) -> Path:
    """A course or a newsletter by its name, or a path to its folder."""
    for path in (*(root / name for root in Settings().course_roots), Path(name)):
        if files.exists(path, files.MANIFEST_FILE) or files.is_newsletter(path):
            return path
    known = ", ".join(path.name for path in all_folders())
    raise click.ClickException(f"There is no course {name}. There is: {known or 'none yet'}.")


def report(path: Path, findings: list[Finding]) -> None:
    """A line for each, as compilers write them, with a path that a terminal can open."""
    shown = printable(_from_here(path))
    for finding in findings:
        click.echo(
            f"{shown}/{finding.source}:{finding.line}: {finding.severity}: "
            f"{finding.message} {finding.remedy}",
            err=True,
        )


def each(chosen: list[Path], work: Callable[[Path], None]) -> None:
    """A course that is broken stops none of the others; the exit code is 1 in the end."""
    if broken(chosen, work):
        click.get_current_context().exit(1)


def broken(chosen: list[Path], work: Callable[[Path], None]) -> int:
    """How many of the folders, or files, could not be done. What is wrong with each is said."""
    number = 0
    for path in chosen:
        try:
            work(path)
        except click.ClickException as error:
            error.show()
            number += 1
    return number


def compile_folder(folder: Path) -> Compilation:
    """Of a course."""
    refuse_newsletter(folder)
    try:
        compilation = compiling.compile_course(folder, Settings().picture_cache)
    except NotPublishable as error:
        raise refusal(folder, error) from error
    report(folder, compilation.findings)
    return compilation


def compile_newsletter(folder: Path) -> NewsletterCompilation:
    try:
        cache = Settings().picture_cache
        compilation = newsletter_compiling.compile_newsletter(folder, cache)
    except NotPublishable as error:
        raise refusal(folder, error) from error
    report(folder, compilation.findings)
    return compilation


def compose_issue(file: Path, newsletter: Newsletter) -> Issue:
    """An issue of it."""
    try:
        issue = composing.compose(file, newsletter, Settings().picture_cache)
    except NotPublishable as error:
        raise refusal(composing.folder_of(file), error, file.name, "sending") from error
    report(composing.folder_of(file), issue.findings)
    return issue


def refuse_newsletter(folder: Path) -> None:
    if files.is_newsletter(folder):
        look = f"letterpath broadcast FILE --newsletter {folder.name} --preview"
        words = f"{folder.name} is a newsletter: it has no lessons. To see an issue: {look}"
        raise click.ClickException(words)


def say_drafts(compilation: Compilation) -> None:
    if compilation.drafts:
        click.echo(f"  Left out, as drafts: {', '.join(compilation.drafts)}.")


def refusal(
    folder: Path, error: NotPublishable, name: str | None = None, before: str = "publishing"
) -> click.ClickException:
    """What is wrong is said; `name` is what can't be done, if it is not the folder."""
    report(folder, error.findings)
    errors = sum(finding.severity == "error" for finding in error.findings)
    return click.ClickException(f"{name or folder.name}: {errors} to mend before {before}.")


def _from_here(path: Path) -> str:
    relative = os.path.relpath(path)
    return str(path) if relative.startswith("..") else relative


def _refuse_namesakes(found: list[Path]) -> None:
    """The second one would take the place of the first, and its readers."""
    places: dict[str, Path] = {}
    for path in found:
        if (other := places.setdefault(path.name, path)).absolute() != path.absolute():
            raise click.ClickException(f"{other} and {path} have one name: publish one of them.")
