"""`letterpath preview`: the letters of a course to look at, as files or in a mailbox."""

from pathlib import Path

import click

from course.authoring import previewing, samples
from course.authoring.compiling import Compilation
from course.cli.terminal import course_folders, tables, trial_letters
from course.cli.terminal.course_folders import compile_folder
from course.config.loader import load
from course.letters.catalogue import Edition
from course.operations import trials
from course.runtime import process
from course.runtime.clock import SystemClock
from sequences.findings import did_you_mean


@click.command()
@click.argument("course")
@click.argument("letters", nargs=-1)
@click.option(
    "--into", type=click.Path(path_type=Path), help="A folder. Default: var/preview/COURSE."
)
@click.option("--to-me", "to", metavar="ADDRESS", help="Send them there instead, as test letters.")
def preview(course: str, letters: tuple[str, ...], into: Path | None, to: str | None) -> None:
    """Show the letters of a course, before anybody gets one.

    As files, HTML and text, light and dark, with an index that shows phone and desktop side by
    side; or, with --to-me, in a mailbox of yours. LETTERS are ids of lessons, or names such as
    welcome and closing; without any, all of them.

    \b
      letterpath preview emotional-safety
      letterpath preview emotional-safety check-ins --to-me ada@example.org

    They are made of the files as they stand, whatever is published. The names and answers in them
    are made up, and their links open nothing.
    """
    compilation = compile_folder(course_folders.folder(course))
    _require(compilation, letters)
    if to is not None:
        _send(compilation, letters, to)
        return
    settings = load()
    folder = into or settings.state / "preview" / compilation.sequence.slug
    now = SystemClock().now()
    written = previewing.write(compilation, folder, settings.base_url, now, letters)
    click.echo(f"{tables.letters_are(written)} in {folder}.")
    click.echo(f"  Open {folder / 'index.html'} in a browser to see them side by side.")


def _require(compilation: Compilation, letters: tuple[str, ...]) -> None:
    for name in letters:
        if name not in compilation.letters:
            known = f"There is: {', '.join(compilation.letters)}."
            remedy = did_you_mean(name, compilation.letters, known)
            raise click.ClickException(f"The course has no letter {name}. {remedy}")


def _send(compilation: Compilation, letters: tuple[str, ...], to: str) -> None:
    runtime, sequence = process.runtime(), compilation.sequence
    chosen = [
        (row, compilation.letters[key])
        for row, key in samples.samples(compilation, runtime.now())
        if not letters or key in letters
    ]
    said, edition = samples.quotes(sequence), Edition(0, 0, sequence, {})
    trial_letters.show(runtime, compilation.pictures)
    trial_letters.send(
        runtime, to, "--to-me", lambda: trials.send(runtime, edition, chosen, to, said)
    )
